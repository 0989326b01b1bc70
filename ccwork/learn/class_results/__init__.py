"""A group of learners: their folders read, told as a page that stays among them."""
