"""What an organisation owes its own knowledge: to know what is wrong with it, and who may decide about it."""
