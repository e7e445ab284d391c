"""Issues of an export of Jira."""
