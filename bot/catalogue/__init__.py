"""The catalogue of services: data read from nlu_data/, checked, and never computed."""
