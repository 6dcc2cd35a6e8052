"""What breaks around linli: dead workers, late answers, cut connections."""
