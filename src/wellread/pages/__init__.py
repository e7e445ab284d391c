"""Pages for people, made of values: markup that cannot be broken by what it shows, one style, figures in words."""
