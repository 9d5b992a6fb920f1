"""Temperature from MR phase images, and made-up phase images from a temperature."""
