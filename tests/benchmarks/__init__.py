"""How fast the service is: made-up assets, the real server, a load generator, and a floor to hold it against."""
