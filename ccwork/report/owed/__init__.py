"""What an agency owes others, in the shape they ask for."""
