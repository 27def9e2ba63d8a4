"""Commands about tropical functions: boundary, subdivision, convert, shallow, decompose."""
