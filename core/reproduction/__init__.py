"""The accuracy figures that Genre Lab states, made again from the data by one command."""
