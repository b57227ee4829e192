"""The entry point: answers `--version` before anything is imported, else hands over to the CLI."""

import sys


def main() -> None:
    """Run qmsdoc with the arguments of this process."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from qmsdoc import __version__  # noqa: PLC0415 - nothing else may be imported for this answer

        sys.stdout.write(f"qmsdoc {__version__}\n")
        return
    from qmsdoc.cli.app import run  # noqa: PLC0415 - see above

    sys.exit(run())


if __name__ == "__main__":
    main()
