"""The trusted side of the wire: starts workers, calls student code through proxies, takes back data only."""
