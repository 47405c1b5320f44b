"""What the log says of messages: that they were written, read, confirmed and called back, never a word of them."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

LISTED = event("platform.messages.listed", _("%(actor)s saw the list of their messages."), Category.OPENED, opens=True)
TODAY = event(
    "platform.messages.today", _("%(actor)s saw on the start page which messages wait."), Category.OPENED, opens=True
)
READ = event("platform.messages.read", _("%(actor)s read a conversation in the messages."), Category.OPENED, opens=True)
BEGUN = event(
    "platform.messages.begun", _("%(actor)s opened the page to write a message."), Category.OPENED, opens=True
)
CHOSEN = event(
    "platform.messages.chosen", _("%(actor)s looked for whom a message is to be about."), Category.OPENED, opens=True
)
SENT = event("platform.message.sent", _("%(actor)s sent a message to %(hits)s people."), Category.CHANGED)
CONFIRMED = event("platform.message.confirmed", _("%(actor)s confirmed an urgent message."), Category.CHANGED)
RECALLED = event(
    "platform.message.recalled",
    _("%(actor)s called a message back from %(hits)s who had not read it."),
    Category.CHANGED,
)
