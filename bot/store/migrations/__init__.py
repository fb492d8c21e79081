"""Schema migrations, run by Store.migrate()."""
