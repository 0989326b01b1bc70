"""What the invented agencies bring to each stage."""
