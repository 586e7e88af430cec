"""What other programs read and change, with a token, under /p/<practice>/api/."""
