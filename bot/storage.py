"""The store as the settings describe it: for the serving program and for the command line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.settings import Settings
from bot.store.database import Store, utc_now
from bot.store.vault import Vault


def store_of(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Store:
    """Return the store; nothing is opened yet. Raises SettingsError, VaultError."""
    keys = {settings.vault_key_id: settings.vault_key}
    vault = Vault(keys, settings.vault_key_id, settings.pepper)
    return Store(settings.database_url, vault, clock)
