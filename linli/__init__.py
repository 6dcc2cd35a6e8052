"""linli (邻里): a community's information platform for emergencies."""

__version__ = "0.1.0"
