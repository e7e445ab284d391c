"""What Office documents share: the package of parts, charts, diagrams, numbers as they are shown."""
