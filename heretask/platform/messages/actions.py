"""What is done with messages: each is permission, policy, change and event in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heretask.kernel.access import reach
from heretask.kernel.access.addressed import Addresses, Kind, NobodyThere, To, addresses, check_address, in_words
from heretask.kernel.access.decide import Actor, Denied, check
from heretask.kernel.files import keeping
from heretask.kernel.files.keeping import NO_FILES, Files, Shown
from heretask.kernel.files.policies import MOST, too_many
from heretask.kernel.log import record
from heretask.kernel.outbox import posting
from heretask.kernel.outbox.letters import letter
from heretask.kernel.secrets.opening import seal
from heretask.kernel.tenancy.base import current
from heretask.platform.drafts import actions as drafts
from heretask.platform.drafts.policies import guard
from heretask.platform.drafts.queries import Draft, draft_for

from . import events, policies, queries
from .models import Destination, Message, Participant, Receipt, Thread
from .policies import Refused
from .queries import CITIZEN, USE, Conversation, Filters, Line, Lines, Waiting

NOBODY = UUID(int=0)  # whom a draft is about that is about no citizen
WAIT = dt.timedelta(minutes=2)  # whoever is here has read it by then, and gets no mail
AT_ONCE = dt.timedelta(0)


def _is_unread(user: UUID, given: Mapping[str, str]) -> bool:
    return queries.is_unread(user, UUID(given["thread_id"]))


NOTICE = letter(
    "platform.messages",
    gettext_lazy("You have a message in HereTask"),
    gettext_lazy(
        "Hello\n\nA message waits for you in HereTask. Read it here:\n%(link)s\n\n"
        "For the sake of those we care for, a mail never says from whom, about whom or what.\n"
        "You choose under My account whether these mails come.\n"
    ),
    route="platform.messages_thread",
    parts=("thread_id",),
    still=_is_unread,
    sms=gettext_lazy("A message waits for you: %(link)s"),
    thread_id=UUID,
)
URGENT = letter(
    "platform.messages.urgent",
    gettext_lazy("You have an urgent message in HereTask"),
    gettext_lazy(
        "Hello\n\nAn urgent message waits for you in HereTask. Read and confirm it here:\n%(link)s\n\n"
        "For the sake of those we care for, a mail never says from whom, about whom or what.\n"
        "You choose under My account whether these mails come.\n"
    ),
    route="platform.messages_thread",
    parts=("thread_id",),
    still=_is_unread,
    sms=gettext_lazy("An urgent message waits for you. Read and confirm it: %(link)s"),
    urgent=True,
    thread_id=UUID,
)


def _may_write_about(citizen_id: UUID, by: Actor) -> None:
    """Raise Denied unless `by` may use messages and reaches the citizen."""
    check(by, USE)
    if citizen_id not in reach.within(by, CITIZEN, [citizen_id]):
        raise Denied(permission=CITIZEN)
    check(by, CITIZEN)


guard("platform.messages", _may_write_about, without=lambda by: check(by, USE))


@dataclass(frozen=True, slots=True)
class Inbox:
    """Somebody's list of conversations, what waits, and with whom they write."""

    lines: Lines
    waiting: Waiting
    partners: dict[UUID, str]


@dataclass(frozen=True, slots=True)
class Writing:
    """The page of a new message."""

    found: Addresses
    citizen: UUID | None
    about: str
    draft: Draft | None
    waiting: tuple[Shown, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A conversation's page, with what the reader was writing."""

    conversation: Conversation
    draft: Draft | None
    newest: UUID | None
    waiting: tuple[Shown, ...] = ()


def new_place(citizen_id: UUID | None) -> str:
    """Where the draft of a new message lives."""
    return f"platform.messages/{citizen_id or NOBODY}"


def reply_place(thread_id: UUID, citizen_id: UUID | None) -> str:
    """Where the draft of a reply lives; the citizen comes last, as in every such place."""
    return f"platform.messages/{thread_id}/{citizen_id or NOBODY}"


def see_list(by: Actor, filters: Filters, before: UUID | None = None) -> Inbox:
    """Open one page of one's own conversations."""
    check(by, USE)
    lines = queries.lines_for(by, filters, before)
    record(
        events.LISTED, hits=len(lines.lines), shown=[line.id for line in lines.lines], variables=filters.asked or None,
        opened=_citizens(lines.lines),
    )  # fmt: skip
    return Inbox(lines, queries.waiting_for(by), queries.partners(by))


def see_waiting(by: Actor, most: int) -> Waiting:
    """Open what waits for `by`, for the start page."""
    check(by, USE)
    waiting = queries.waiting_for(by, most=most)
    if waiting.lines:
        record(
            events.TODAY, hits=len(waiting.lines), shown=[line.id for line in waiting.lines],
            opened=_citizens(waiting.lines),
        )  # fmt: skip
    return waiting


def count_waiting(by: Actor) -> Waiting:
    """How much waits; nothing is opened."""
    check(by, USE)
    return queries.waiting_for(by)


def begin(by: Actor, citizen_id: UUID | None = None, waiting: Sequence[UUID] = ()) -> Writing:
    """Open the page of a new message, with whom one may write to; about a citizen those alone who reach them."""
    check(by, USE)
    about = ""
    found = addresses(by, USE)
    if citizen_id is not None:
        _may_write_about(citizen_id, by)
        about = reach.named([citizen_id])[citizen_id]
        told = queries.who_can_be_told(citizen_id)
        found.people = [one for one in found.people if one.to.user_id in told]
    found.people = [one for one in found.people if one.to.user_id != by.user_id]
    draft = draft_for(new_place(citizen_id), citizen_id)
    files = keeping.waiting_for(waiting, by, citizen=citizen_id)
    record(events.BEGUN, citizen=citizen_id, opened=[citizen_id] if citizen_id else [])
    return Writing(found, citizen_id, about, draft, tuple(files))


def wait(files: Files, by: Actor, *, citizen_id: UUID | None = None, thread_id: UUID | None = None) -> list[UUID]:
    """Keep the files of a message that could not be sent yet, so that nobody chooses them twice; all that wait."""
    if thread_id is not None:
        citizen_id = _own(thread_id, by).citizen
    elif citizen_id is not None:
        _may_write_about(citizen_id, by)
    check(by, USE)
    return keeping.wait(files, by, citizen=citizen_id)


def choose_citizen(by: Actor) -> list[tuple[UUID, str]]:
    """Open the names of the citizens a message of `by` may be about, by name; nobody for who reaches none."""
    check(by, USE)
    names = reach.named(reach.mine(by, CITIZEN))
    record(events.CHOSEN, hits=len(names), shown=list(names), opened=list(names))
    return sorted(names.items(), key=lambda pair: pair[1].casefold())


def send(
    *, to: Sequence[To], subject: str, text: str, by: Actor, urgent: bool = False, citizen_id: UUID | None = None,
    files: Files = NO_FILES,
) -> Thread:  # fmt: skip
    """Begin a conversation. Raises Refused with a sentence where it would reach nobody, or somebody it must not."""
    check(by, USE)
    if citizen_id is not None:
        _may_write_about(citizen_id, by)
    alone = keeping.counted(files, by, citizen=citizen_id)
    line = policies.check_subject(subject, empty=any(alone)) or policies.files_told(*alone)
    kept = policies.check_text(text, empty=any(alone))
    _check_number(files)
    wanted = list(dict.fromkeys(to))
    for one in wanted:
        try:
            check_address(one, by, USE)
        except NobodyThere as nobody:
            raise Refused(str(nobody), "to") from None
    _check_reached(wanted, citizen_id)
    people = queries.people_of(wanted, citizen_id, but=by.person_id)
    policies.check_somebody(len(people), answering=False)
    thread = Thread(author_id=by.person_id, citizen=citizen_id, customer_id=current().customer_id)
    seal(thread, subject=line)
    thread.save(force_insert=True)
    Destination.objects.bulk_create(Destination(thread=thread, **one.columns) for one in wanted)
    _add(thread, kept, people, urgent=urgent, by=by, files=files)
    drafts.discard(new_place(citizen_id))
    return thread


def reply(thread_id: UUID, *, text: str, by: Actor, urgent: bool = False, files: Files = NO_FILES) -> Message:
    """Answer to all who take part and are still here, and to who has come to where the conversation is addressed."""
    thread = _own(thread_id, by)
    kept = policies.check_text(text, empty=any(keeping.counted(files, by, citizen=thread.citizen)))
    _check_number(files)
    everybody = Participant.objects.filter(thread_id=thread.id).exclude(user_id=by.person_id)
    people = queries.still_here(everybody.values_list("user_id", flat=True), thread.citizen)
    people |= queries.people_of(queries.destinations_of(thread.id), thread.citizen, but=by.person_id)
    policies.check_somebody(len(people), answering=True)
    message = _add(thread, kept, people, urgent=urgent, by=by, files=files)
    drafts.discard(reply_place(thread.id, thread.citizen))
    return message


def read(thread_id: UUID, by: Actor, waiting: Sequence[UUID] = ()) -> Reading:
    """Open a conversation: from now on it is read, and nothing of it can be called back from `by` any more."""
    thread = _own(thread_id, by)
    Receipt.objects.filter(thread_id=thread.id, user_id=by.person_id, read_at=None, recalled_at=None).update(
        read_at=Now()
    )  # first: what is called back at this moment is then either read or gone
    found = queries.conversation(thread, by)
    draft = draft_for(reply_place(thread.id, thread.citizen), thread.citizen)
    record(
        events.READ, citizen=thread.citizen, on=("thread", thread.id), hits=len(found.messages),
        shown=[m.id for m in found.messages] if not thread.citizen else [], opened=_about(thread),
    )  # fmt: skip
    files = keeping.waiting_for(waiting, by, citizen=thread.citizen)
    return Reading(found, draft, found.messages[-1].id if found.messages else None, tuple(files))


def has_news(thread_id: UUID, newest: UUID | None, by: Actor) -> bool:
    """Whether a conversation has a message that its open page does not show; nothing is opened or read by it."""
    thread = _own(thread_id, by)
    return queries.newest_of(thread.id, by) != newest


def confirm(message_id: UUID, by: Actor) -> UUID:
    """Confirm an urgent message, which is then read as well; its conversation."""
    message = queries.message_to(message_id, by)
    if message is None:
        raise Denied(permission=USE)
    check(by, USE)
    rows = Receipt.objects.filter(message_id=message.id, user_id=by.person_id, recalled_at=None)
    rows.filter(read_at=None).update(read_at=Now())
    if rows.filter(urgent=True, confirmed_at=None).update(confirmed_at=Now()):
        record(events.CONFIRMED, citizen=message.citizen, on=("message", message.id), changed=["confirmed_at"])
    return message.thread_id


def recall(message_id: UUID, by: Actor) -> tuple[UUID, int]:
    """Call one's own message back from all who have not read it; and from how many. Raises Refused."""
    message = queries.message_to(message_id, by)
    if message is None or message.author_id != by.user_id:
        raise Denied(permission=USE)
    check(by, USE)
    unread = Receipt.objects.filter(message_id=message.id, read_at=None, recalled_at=None)
    users = list(unread.values_list("user_id", flat=True))
    count = unread.update(recalled_at=Now())
    if not count:
        raise Refused(_("Everybody has read it by now, so it cannot be called back. Write what was wrong."))
    Message.objects.filter(id=message.id).update(recalled_at=timezone.now())
    _leave(message.thread_id, users)
    record(events.RECALLED, citizen=message.citizen, on=("message", message.id), hits=count, changed=["recalled_at"])
    return message.thread_id, count


def discard_draft(
    by: Actor, thread_id: UUID | None = None, citizen_id: UUID | None = None, waiting: Sequence[UUID] = ()
) -> None:
    """Throw away what was being written, and the files that waited for it."""
    check(by, USE)
    keeping.remove_waiting(waiting, by)
    if thread_id is not None:
        citizen_id = _own(thread_id, by).citizen
    drafts.discard(reply_place(thread_id, citizen_id) if thread_id else new_place(citizen_id))


def _own(thread_id: UUID, by: Actor) -> Thread:
    """A conversation in which `by` takes part; raises Denied."""
    thread = queries.thread_by_id(thread_id, by)
    if thread is None:
        raise Denied(permission=USE)
    check(by, USE)
    return thread


def _check_reached(to: Sequence[To], citizen_id: UUID | None) -> None:
    """Raise Refused where a message about a citizen is to a person who does not reach them."""
    if citizen_id is None:
        return
    told = queries.who_can_be_told(citizen_id)
    for one in to:
        if one.kind == Kind.PERSON and one.user_id not in told:
            raise Refused(
                _("%(name)s does not work with this citizen, so the message was not sent.")
                % {"name": in_words([one])[one]}, "to",
            )  # fmt: skip


def _check_number(files: Files) -> None:
    """Raise Refused for more files than one message takes."""
    if len(files.new) + len(files.waiting) > MOST:
        raise Refused(too_many(), "attached")


def _add(thread: Thread, text: str, people: set[UUID], *, urgent: bool, by: Actor, files: Files) -> Message:
    message = Message(
        thread=thread, author_id=by.person_id, citizen=thread.citizen, urgent=urgent, sent_at=timezone.now(),
        customer_id=thread.customer_id,
    )  # fmt: skip
    seal(message, text=text)
    message.save(force_insert=True)
    ordered = sorted(people)
    Receipt.objects.bulk_create(
        Receipt(thread=thread, message=message, user_id=user, urgent=urgent) for user in ordered
    )
    here = set(Participant.objects.filter(thread_id=thread.id).values_list("user_id", flat=True))
    Participant.objects.bulk_create(
        Participant(thread=thread, user_id=user, newest_at=message.sent_at)
        for user in sorted({*people, by.person_id} - here)
    )
    Participant.objects.filter(thread_id=thread.id, user_id__in=here).update(newest_at=message.sent_at)
    changed = ["text"]
    if keeping.attach(queries.HOLDER, message.id, files, by, citizen=thread.citizen):
        changed.append("files")
    record(events.SENT, citizen=thread.citizen, on=("message", message.id), hits=len(people), changed=changed)
    posting.tell(
        URGENT if urgent else NOTICE, people, wait=WAIT, by_sms=AT_ONCE if urgent else WAIT, thread_id=thread.id
    )
    return message


def _leave(thread_id: UUID, users: Sequence[UUID]) -> None:
    """Take a conversation off the lists of those who see nothing of it any more."""
    seeing = set(
        Receipt.objects.filter(thread_id=thread_id, user_id__in=users, recalled_at=None).values_list(
            "user_id", flat=True
        )
    ) | set(Message.objects.filter(thread_id=thread_id, author_id__in=users).values_list("author_id", flat=True))
    Participant.objects.filter(thread_id=thread_id, user_id__in=set(users) - seeing).delete()


def _about(thread: Thread) -> list[UUID]:
    return [thread.citizen] if thread.citizen else []


def _citizens(lines: Sequence[Line]) -> set[UUID]:
    return {line.citizen for line in lines if line.citizen and not line.closed}
