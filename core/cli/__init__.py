"""The command line: ``python -m core``, for scripts and servers, over the code that the dashboard uses."""
