"""``python -m sundog`` is the ``sundog`` command."""

from sundog.cli import main

if __name__ == "__main__":
    main(prog_name="sundog")
