"""返乡人员闭环: a returning resident, from the notice to the front door.

A notice may come from three sources and is one case. Every hand-over names both people.
The hand-over at the door opens the isolation in the same transaction.
"""
