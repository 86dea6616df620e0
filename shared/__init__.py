"""What two services need and no business word is in (events/ excepted)."""
