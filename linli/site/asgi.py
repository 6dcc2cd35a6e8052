"""The ASGI application that the server runs: Django behind a short queue."""

import os
import signal
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
