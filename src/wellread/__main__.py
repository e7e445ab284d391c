"""`python -m wellread` is the `wellread` program."""

from wellread.cli import main

if __name__ == "__main__":
    main()
