"""The address where other programs hand files in and ask what became of them."""
