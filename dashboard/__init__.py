"""The browser side of Genre Lab: navigation, shared state, widgets and charts. Pages live in ``pages/``."""
