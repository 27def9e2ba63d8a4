from .figures import save_picture as save_picture
