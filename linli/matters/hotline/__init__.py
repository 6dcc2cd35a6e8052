"""来电: what people say on the telephone.

A call is a case until it is answered. What another matter takes over is closed here only once it is open there.
Who calls again is shown the earlier call, and joined to it by a person, never by the machine.
"""
