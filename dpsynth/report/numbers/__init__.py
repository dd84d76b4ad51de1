"""The numbers of each section of a report, as facts with an origin. No words, no pictures."""
