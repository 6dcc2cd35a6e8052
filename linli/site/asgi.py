"""The ASGI application that the server runs: Django behind a short queue."""

import gc
import os
import signal
import sys
import warnings
from typing import cast

from django.core.asgi import get_asgi_application

from linli.site.family import DIES_WITH_PARENT, follow_parent
from linli.site.shed import Application, Shed

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.site.settings")

# WhiteNoise and Django's FileResponse read files in a thread, which is what we want of them; nobody need read about it.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

if os.environ.get(DIES_WITH_PARENT) == "1":
    follow_parent(signal.SIGKILL)


# Scans are answered before anything else: under load, pages and reports give way first.
def _application() -> Application:
    django = Shed(cast(Application, get_asgi_application()))
    from linli.scans.fast import Fast  # its models are there only now

    return Fast(django)


application = _application()

# What stands now stands as long as the process: the collector need not walk over it again and again while scans come in.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
sys.setswitchinterval(0.001)  # seconds: the writer of scans must not wait long for its turn after each commit
