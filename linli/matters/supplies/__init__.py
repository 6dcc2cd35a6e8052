"""代购送货: what a household asks for, bought, carried to its door and settled; the shopper sees a code and a list."""
