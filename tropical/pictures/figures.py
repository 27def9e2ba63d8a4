"""Files of pictures, offered beside the functions that draw."""

from polytopes.drawing.figures import save_picture as save_picture
