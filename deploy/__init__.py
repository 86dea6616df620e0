"""How the platform is deployed."""
