"""What ends a round: nobody is missed without a reason, nothing is in doubt, no tube lies about."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from linli.loops.evidence import Given
from linli.loops.ledger import Refused
from linli.loops.models import Case
from linli.loops.rights import Actor
from linli.matters.testing import boxes, doubts, listing
from linli.matters.testing.loop import Campaigning
from linli.matters.testing.models import Campaign


@Campaigning.finish.does
def all_accounted_for(case: Case, actor: Actor, given: Given, at: datetime) -> Given:
    """A round is over when everybody is sampled or explained. Raises Refused with all that is left."""
    campaign = Campaign.objects.get(case_id=case.id)
    reached = listing.covered(campaign)
    open_ = doubts.open_samples(campaign).count() + doubts.open_tubes(campaign).count()
    loose = boxes.unboxed(campaign).count()
    left = (
        (reached.missed, _("还有 %(n)d 人没采,也没有原因") % {"n": reached.missed}),
        (open_, _("还有 %(n)d 处疑问没定") % {"n": open_}),
        (loose, _("还有 %(n)d 管没装箱") % {"n": loose}),
    )
    if said := [sentence for n, sentence in left if n]:
        raise Refused(";".join(said))
    return {"sampled": reached.sampled, "explained": reached.explained}
