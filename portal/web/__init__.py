"""The portal's own pages: home with its eight boards, texts, organisations, and what is said when something fails."""
