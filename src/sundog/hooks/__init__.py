"""What Sundog replaces in other libraries, one file each, installed at start-up."""
