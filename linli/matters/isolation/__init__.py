"""居家隔离与健康监测: days and end from the pack, opened by the hand-over at the door."""
