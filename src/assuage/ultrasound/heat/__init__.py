"""What the sound leaves in tissue: absorbed power, temperature, thermal dose, lesion."""
