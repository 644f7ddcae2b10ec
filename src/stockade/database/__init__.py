"""What the store and the table queue share: connections, migrations, the one writer, the rows."""
