"""Pages and tables for people, made of values: markup that no value can break, one style, figures in words."""
