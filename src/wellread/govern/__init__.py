"""What an organisation owes its own knowledge: here, to know what is wrong with its documents."""
