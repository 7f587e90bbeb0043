"""`python -m narrate`: the same as the `narrate` command."""

from narrate.cli import main

if __name__ == "__main__":
    main()
