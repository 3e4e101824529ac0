"""The native half of the package; what is public is in `ringback`."""

from collections.abc import ItemsView, Iterator, KeysView, Mapping, Sequence, ValuesView
from typing import Any, Final, SupportsIndex, TypeVar, final, overload

from typing_extensions import disjoint_base

from ._types import Arrived, Fault, Kind

_T_co = TypeVar("_T_co", covariant=True)

VERSION: Final[str]
METRICS_TYPE: Final[str]
KINDS: Final[tuple[Kind, ...]]
ERRORS: Final[tuple[tuple[int, str, str, Fault], ...]]

def parse(body: bytes | bytearray | memoryview | str, /) -> Payload:
    """Checks a JSON body whole and finds out what it is."""

@final
class Payload:
    """A JSON body, parsed and checked whole. Attributes are looked up when they are asked for."""

    @property
    def kind(self) -> Kind:
        """What it is: one of `ringback.KINDS`."""
    @property
    def request_id(self) -> str | None:
        """The request that this answers, UUIDs in small letters; failures and some stream messages may not say."""
    @property
    def transcript(self) -> str | None:
        """The best reading of the first channel of a transcript, or of a stream's results."""
    @property
    def metadata(self) -> Metadata | None:
        """The metadata: of a document or a stream's results, or the closing message itself."""
    @property
    def results(self) -> Results | None:
        """The results of a transcript or an analysis."""
    @property
    def channels(self) -> List[Channel]:
        """The channels of a transcript."""
    @property
    def utterances(self) -> Rows[Utterance]:
        """The utterances of a transcript."""
    @property
    def alternative(self) -> Alternative | None:
        """The best reading of the first channel of a transcript, or of a stream's results."""
    @property
    def tags(self) -> List[str]:
        """The tags that the submitter gave."""
    @property
    def extra(self) -> Pairs:
        """The extra pairs that the submitter gave."""
    @property
    def failure(self) -> Failure | None:
        """The failure, if this is one."""
    @property
    def stream_results(self) -> StreamResults | None:
        """The `Results` message of a stream, if this is one."""
    @property
    def utterance_end(self) -> UtteranceEnd | None:
        """The `UtteranceEnd` message of a stream, if this is one."""
    @property
    def speech_started(self) -> SpeechStarted | None:
        """The `SpeechStarted` message of a stream, if this is one."""
    @property
    def stream_error(self) -> StreamError | None:
        """The `Error` message of a stream, if this is one."""
    @property
    def body(self) -> bytes:
        """The bytes that were parsed: the very object, if it was a `bytes`."""
    def to_dict(self) -> Any:
        """The whole document as plain Python objects, as `json.loads` would make them."""
    def __getitem__(self, pointer: str, /) -> Any:
        """The value at a JSON pointer (RFC 6901), as a plain Python object; `KeyError` if there is none."""
    def get(self, pointer: str, default: Any = None, /) -> Any:
        """The value at a JSON pointer (RFC 6901), as a plain Python object; `default` if there is none."""
    def __contains__(self, pointer: str, /) -> bool: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[bytes]]: ...

@disjoint_base
class List(Sequence[_T_co]):
    """A list in a document: a sequence whose items are made when they are asked for.

    One that is absent, null or no array is empty; `is_present` tells them apart.
    """

    @property
    def is_present(self) -> bool:
        """Whether the document has this list, be it empty."""
    def to_list(self) -> list[Any]:
        """The items as plain Python objects."""
    def count(self, value: object) -> int:
        """How often an item occurs."""
    def index(self, value: object, start: int = 0, stop: int = ..., /) -> int:
        """The place of the first item that is equal; `ValueError` if there is none."""
    def __len__(self) -> int: ...
    def __bool__(self) -> bool: ...
    @overload
    def __getitem__(self, place: SupportsIndex, /) -> _T_co: ...
    @overload
    def __getitem__(self, place: slice, /) -> List[_T_co]: ...
    def __iter__(self) -> Iterator[_T_co]: ...
    def __eq__(self, other: object, /) -> bool: ...

@final
class Rows(List[_T_co]):
    """A list of words or of utterances, which can be had as columns too."""

    def columns(self) -> Columns:
        """Start, end, confidence, speaker and texts of all rows, each in one piece of memory that others can share."""

@final
class Items(Iterator[Any]):
    """Walks over a list."""

    def __iter__(self) -> Items: ...
    def __next__(self) -> Any: ...

@final
class Pairs(Mapping[str, str]):
    """The members of an object whose values are strings, as a mapping. Of repeated ones the last counts."""

    @property
    def is_present(self) -> bool:
        """Whether the document has this object, be it empty."""
    def to_dict(self) -> dict[str, str]:
        """The pairs as a dictionary."""
    def __getitem__(self, name: str, /) -> str: ...
    def get(self, name: str, default: Any = None, /) -> Any:
        """The value of this name; `default` if there is none."""
    def __contains__(self, name: object, /) -> bool: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[str]: ...
    def keys(self) -> KeysView[str]:
        """The names."""
    def values(self) -> ValuesView[str]:
        """The values."""
    def items(self) -> ItemsView[str, str]:
        """Names and values."""
    def __eq__(self, other: object, /) -> bool: ...

@final
class Columns:
    """The words or utterances of a list as columns."""

    @property
    def start(self) -> Column[float]:
        """When each begins, in seconds; NaN where the document does not say."""
    @property
    def end(self) -> Column[float]:
        """When each ends, in seconds; NaN where the document does not say."""
    @property
    def confidence(self) -> Column[float]:
        """How sure each is, 0 to 1; NaN where the document does not say."""
    @property
    def speaker(self) -> Column[int]:
        """Who speaks, counted from 0; -1 where the document does not say."""
    @property
    def text(self) -> Texts:
        """The words as recognised; the transcripts of utterances."""
    @property
    def punctuated(self) -> Texts:
        """The words with capitals and punctuation; utterances have none."""
    def __len__(self) -> int: ...

@final
class Column(Sequence[_T_co]):
    """Numbers in one piece of memory: a sequence, and a buffer that others look at without copying."""

    def to_list(self) -> list[_T_co]:
        """The numbers as a list."""
    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, place: SupportsIndex, /) -> _T_co: ...
    @overload
    def __getitem__(self, place: slice, /) -> Sequence[_T_co]: ...
    def __iter__(self) -> Iterator[_T_co]: ...
    def count(self, value: object) -> int:
        """How often a number occurs."""
    def index(self, value: object, start: int = 0, stop: int = ..., /) -> int:
        """The place of the first number that is equal; `ValueError` if there is none."""
    def __buffer__(self, flags: int, /) -> memoryview: ...

@final
class Texts(Sequence[str | None]):
    """Texts in one piece of memory, as Apache Arrow lays them out: `pyarrow.StringArray.from_buffers` takes `offsets`,
    `data` and `validity` without copying.
    """

    @property
    def offsets(self) -> Column[int]:
        """Where each text begins in `data`, and where the last one ends: 32-bit integers."""
    @property
    def data(self) -> Column[int]:
        """The texts one after the other, in UTF-8."""
    @property
    def validity(self) -> Column[int]:
        """A bit for each row, the lowest first: whether the document has a text there."""
    @property
    def null_count(self) -> int:
        """How many rows have no text."""
    def to_list(self) -> list[str | None]:
        """The texts as a list; None where the document has none."""
    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, place: SupportsIndex, /) -> str | None: ...
    @overload
    def __getitem__(self, place: slice, /) -> list[str | None]: ...
    def __iter__(self) -> Iterator[str | None]: ...
    def count(self, value: object) -> int:
        """How often a text occurs."""
    def index(self, value: object, start: int = 0, stop: int = ..., /) -> int:
        """The place of the first text that is equal; `ValueError` if there is none."""

@final
class ChannelIndex:
    """Which channel of how many."""

    @property
    def index(self) -> int:
        """The channel, counted from 0."""
    @property
    def total(self) -> int | None:
        """How many channels there are; None when the message does not say."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Results:
    """The results of a transcript or an analysis. They were found when the payload was parsed."""

    @property
    def channels(self) -> List[Channel]:
        """The channels of a transcript."""
    @property
    def utterances(self) -> Rows[Utterance]:
        """The utterances of a transcript, when they were asked for."""
    @property
    def summary(self) -> Summary | None:
        """The summary, flat or nested."""
    @property
    def topics(self) -> List[TopicSegment]:
        """The parts of the text with their topics, flat or nested."""
    @property
    def intents(self) -> List[IntentSegment]:
        """The parts of the text with their intents, flat or nested."""
    @property
    def sentiments(self) -> Sentiments | None:
        """The sentiments of the text, flat or nested."""
    def to_dict(self) -> Any:
        """The object behind the view as plain Python objects, members that have no attribute included."""

@final
class Metadata:
    """The metadata of a transcript, an analysis, or a stream's closing message. Every member is optional."""
    @property
    def request_id(self) -> str | None:
        """The request that this answers, as it is written; that of the payload is in its canonical form."""
    @property
    def created(self) -> str | None:
        """When the request was made: RFC 3339, UTC."""
    @property
    def duration(self) -> float | None:
        """The length of the audio in seconds."""
    @property
    def duration_millis(self) -> int | None:
        """The same as `duration`, in whole milliseconds."""
    @property
    def channels(self) -> int | None:
        """How many channels were processed."""
    @property
    def sha256(self) -> str | None:
        """SHA-256 of the submitted audio: 64 hexadecimal digits, or the word `incomplete` in a stream."""
    @property
    def transaction_key(self) -> str | None:
        """The literal `deprecated`."""
    @property
    def models(self) -> List[str]:
        """The ids of the models that were used."""
    @property
    def language(self) -> str | None:
        """The language of an analysis."""
    @property
    def tags(self) -> List[str]:
        """The tags that the submitter gave (`tag=`)."""
    @property
    def extra(self) -> Pairs:
        """The pairs that the submitter gave (`extra=`), returned as strings."""
    @property
    def warnings(self) -> List[Warning]:
        """Features that were skipped, and why."""
    @property
    def diarize_info(self) -> DiarizeInfo | None:
        """The model that told the speakers apart."""
    @property
    def summary_info(self) -> FeatureInfo | None:
        """What the summary cost."""
    @property
    def topics_info(self) -> FeatureInfo | None:
        """What the topics cost."""
    @property
    def intents_info(self) -> FeatureInfo | None:
        """What the intents cost."""
    @property
    def sentiment_info(self) -> FeatureInfo | None:
        """What the sentiments cost."""
    @property
    def model_uuid(self) -> str | None:
        """The id of the model of a stream's results."""
    @property
    def model_info(self) -> tuple[tuple[str | None, Model], ...]:
        """The models with their ids; the id is None where a message does not say it."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Model:
    """A model: its public name, version and architecture."""
    @property
    def name(self) -> str | None:
        """Such as `general-nova-3`."""
    @property
    def version(self) -> str | None:
        """Such as `2025-04-17.21547`."""
    @property
    def arch(self) -> str | None:
        """Such as `nova-3`."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class FeatureInfo:
    """What a text-intelligence feature used."""
    @property
    def model_uuid(self) -> str | None:
        """The id of the model."""
    @property
    def input_tokens(self) -> int | None:
        """Tokens read; may be 0 or absent."""
    @property
    def output_tokens(self) -> int | None:
        """Tokens written; may be 0 or absent."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Warning:
    """A feature that was skipped."""
    @property
    def parameter(self) -> str | None:
        """The request parameter concerned."""
    @property
    def kind(self) -> str | None:
        """Such as `unsupported_language`."""
    @property
    def message(self) -> str | None:
        """A sentence for people."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class DiarizeInfo:
    """The model that told the speakers apart."""
    @property
    def model_uuid(self) -> str | None:
        """The id of the model."""
    @property
    def arch(self) -> str | None:
        """Its architecture."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Channel:
    """One channel of the audio."""
    @property
    def alternatives(self) -> List[Alternative]:
        """The alternatives, the best one first; usually one."""
    @property
    def search(self) -> List[Search]:
        """What was searched for (`search=`)."""
    @property
    def detected_language(self) -> str | None:
        """The language that was detected (BCP 47)."""
    @property
    def language_confidence(self) -> float | None:
        """How sure the detection is, 0 to 1."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Alternative:
    """One reading of a channel."""
    @property
    def transcript(self) -> str | None:
        """The whole text; empty for silence."""
    @property
    def confidence(self) -> float | None:
        """How sure it is, 0 to 1; 0 for silence."""
    @property
    def words(self) -> Rows[Word]:
        """The words in order; empty for silence."""
    @property
    def paragraphs(self) -> Paragraphs | None:
        """The text in paragraphs (`paragraphs`, `smart_format`)."""
    @property
    def entities(self) -> List[Entity]:
        """What was recognised as a name, a date, an amount, ... (`detect_entities`)."""
    @property
    def summaries(self) -> List[SummaryV1]:
        """Summaries of the first version (`summarize=v1`)."""
    @property
    def topics(self) -> List[TopicsV1]:
        """Topics of the first version."""
    @property
    def translations(self) -> Any:
        """Translations, as old documents have them, as plain Python objects."""
    @property
    def languages(self) -> List[str]:
        """The languages spoken (`language=multi`)."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Word:
    """One word."""
    @property
    def word(self) -> str | None:
        """The word as recognised."""
    @property
    def start(self) -> float | None:
        """When it begins, in seconds from the start of the audio."""
    @property
    def start_millis(self) -> int | None:
        """The same as `start`, in whole milliseconds."""
    @property
    def end(self) -> float | None:
        """When it ends, in seconds from the start of the audio."""
    @property
    def end_millis(self) -> int | None:
        """The same as `end`, in whole milliseconds."""
    @property
    def confidence(self) -> float | None:
        """How sure it is, 0 to 1."""
    @property
    def punctuated_word(self) -> str | None:
        """The word with capitals and punctuation (`punctuate`, `smart_format`)."""
    @property
    def speaker(self) -> int | None:
        """Who speaks, counted from 0 (`diarize`)."""
    @property
    def speaker_confidence(self) -> float | None:
        """How sure the speaker is, 0 to 1; a stream's words lack it."""
    @property
    def language(self) -> str | None:
        """The language of the word (`language=multi`)."""
    @property
    def sentiment(self) -> str | None:
        """Positive, neutral or negative."""
    @property
    def sentiment_score(self) -> float | None:
        """From -1 (negative) to 1 (positive)."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Paragraphs:
    """The text of an alternative in paragraphs."""
    @property
    def transcript(self) -> str | None:
        """The whole text, paragraphs separated by blank lines; may begin with a line feed."""
    @property
    def paragraphs(self) -> List[Paragraph]:
        """The paragraphs in order."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Paragraph:
    """One paragraph."""
    @property
    def sentences(self) -> List[Sentence]:
        """The sentences in order."""
    @property
    def num_words(self) -> int | None:
        """How many words it has."""
    @property
    def start(self) -> float | None:
        """When it begins, in seconds."""
    @property
    def start_millis(self) -> int | None:
        """The same as `start`, in whole milliseconds."""
    @property
    def end(self) -> float | None:
        """When it ends, in seconds."""
    @property
    def end_millis(self) -> int | None:
        """The same as `end`, in whole milliseconds."""
    @property
    def speaker(self) -> int | None:
        """Who speaks, counted from 0 (`diarize`)."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Sentence:
    """One sentence."""
    @property
    def text(self) -> str | None:
        """Its text."""
    @property
    def start(self) -> float | None:
        """When it begins, in seconds."""
    @property
    def start_millis(self) -> int | None:
        """The same as `start`, in whole milliseconds."""
    @property
    def end(self) -> float | None:
        """When it ends, in seconds."""
    @property
    def end_millis(self) -> int | None:
        """The same as `end`, in whole milliseconds."""
    @property
    def sentiment(self) -> str | None:
        """Positive, neutral or negative."""
    @property
    def sentiment_score(self) -> float | None:
        """From -1 (negative) to 1 (positive)."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Utterance:
    """One turn of speech (`utterances`)."""
    @property
    def id(self) -> str | None:
        """Its id, a UUID."""
    @property
    def start(self) -> float | None:
        """When it begins, in seconds."""
    @property
    def start_millis(self) -> int | None:
        """The same as `start`, in whole milliseconds."""
    @property
    def end(self) -> float | None:
        """When it ends, in seconds."""
    @property
    def end_millis(self) -> int | None:
        """The same as `end`, in whole milliseconds."""
    @property
    def confidence(self) -> float | None:
        """How sure it is, 0 to 1."""
    @property
    def channel(self) -> int | None:
        """The channel, counted from 0."""
    @property
    def transcript(self) -> str | None:
        """Its text."""
    @property
    def words(self) -> Rows[Word]:
        """Its words, which the alternatives hold too."""
    @property
    def speaker(self) -> int | None:
        """Who speaks, counted from 0 (`diarize`)."""
    @property
    def sentiment(self) -> str | None:
        """Positive, neutral or negative."""
    @property
    def sentiment_score(self) -> float | None:
        """From -1 (negative) to 1 (positive)."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Search:
    """What was found for one search term."""
    @property
    def query(self) -> str | None:
        """The term."""
    @property
    def hits(self) -> List[Hit]:
        """Where it was found."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Hit:
    """One place where a search term was found."""
    @property
    def confidence(self) -> float | None:
        """How sure it is, 0 to 1."""
    @property
    def start(self) -> float | None:
        """When it begins, in seconds."""
    @property
    def start_millis(self) -> int | None:
        """The same as `start`, in whole milliseconds."""
    @property
    def end(self) -> float | None:
        """When it ends, in seconds."""
    @property
    def end_millis(self) -> int | None:
        """The same as `end`, in whole milliseconds."""
    @property
    def snippet(self) -> str | None:
        """The words there."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Entity:
    """A name, a date, an amount, ... (`detect_entities`)."""
    @property
    def label(self) -> str | None:
        """What it is, in capitals, such as `DATE`."""
    @property
    def value(self) -> str | None:
        """Its text; may begin with a space."""
    @property
    def raw_value(self) -> str | None:
        """Its text with formatting."""
    @property
    def confidence(self) -> float | None:
        """How sure it is, 0 to 1."""
    @property
    def start_word(self) -> int | None:
        """The index of its first word."""
    @property
    def end_word(self) -> int | None:
        """The index after its last word."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class StreamResults:
    """A `Results` message: a piece of the transcript, interim or final."""
    @property
    def start(self) -> float | None:
        """When the piece begins, in seconds from the start of the stream."""
    @property
    def start_millis(self) -> int | None:
        """The same as `start`, in whole milliseconds."""
    @property
    def duration(self) -> float | None:
        """How long the piece is, in seconds."""
    @property
    def duration_millis(self) -> int | None:
        """The same as `duration`, in whole milliseconds."""
    @property
    def is_final(self) -> bool | None:
        """Whether the piece is settled; an interim one is replaced by the next message of the same start."""
    @property
    def speech_final(self) -> bool | None:
        """Whether a turn of speech ends here."""
    @property
    def from_finalize(self) -> bool | None:
        """Whether this answers the client's `Finalize`."""
    @property
    def is_interim(self) -> bool:
        """Whether the piece may still change: a message that does not say is taken as final."""
    @property
    def channel_index(self) -> ChannelIndex | None:
        """The channel and the number of channels."""
    @property
    def channel(self) -> Channel | None:
        """What was said."""
    @property
    def alternative(self) -> Alternative | None:
        """The best reading of this piece."""
    @property
    def metadata(self) -> Metadata | None:
        """The request and its model."""
    @property
    def entities(self) -> List[Entity]:
        """Names, dates, amounts, ... of this piece."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class UtteranceEnd:
    """An `UtteranceEnd` message: nobody speaks any more."""
    @property
    def last_word_end(self) -> float | None:
        """When the last word ended, in seconds; -1 when there was none."""
    @property
    def last_word_end_millis(self) -> int | None:
        """The same as `last_word_end`, in whole milliseconds."""
    @property
    def channel(self) -> ChannelIndex | None:
        """The channel and the number of channels."""
    @property
    def has_time(self) -> bool:
        """Whether it says when the last word ended; one that does not cannot be told from the next one."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class SpeechStarted:
    """A `SpeechStarted` message."""
    @property
    def timestamp(self) -> float | None:
        """When speech began, in seconds."""
    @property
    def timestamp_millis(self) -> int | None:
        """The same as `timestamp`, in whole milliseconds."""
    @property
    def channel(self) -> ChannelIndex | None:
        """The channel and the number of channels."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class StreamError:
    """An `Error` message of a stream; which members it has is not certain."""
    @property
    def description(self) -> str | None:
        """A sentence for people."""
    @property
    def message(self) -> str | None:
        """A sentence for people."""
    @property
    def variant(self) -> str | None:
        """The sort of error."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Failure:
    """A job that failed, in every shape in which Deepgram reports errors. Codes are free text."""
    @property
    def err_code(self) -> str | None:
        """The code of the legacy shape."""
    @property
    def error_code(self) -> str | None:
        """The code of the variant."""
    @property
    def err_msg(self) -> str | None:
        """The sentence of the legacy shape; may quote a URL of the submitter."""
    @property
    def category(self) -> str | None:
        """The code of the modern shape."""
    @property
    def details(self) -> str | None:
        """The cure, in the modern shape."""
    @property
    def request_id(self) -> str | None:
        """The request, when the document names it."""
    @property
    def code(self) -> str | None:
        """The code, in whichever member it stands."""
    @property
    def message(self) -> str | None:
        """The sentence for people, in whichever member it stands."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Summary:
    """A summary: of speech (`short`), of text (`plain`), or why there is none."""
    @property
    def result(self) -> str | None:
        """`success` or `failure`."""
    @property
    def short(self) -> str | None:
        """The summary of a transcript."""
    @property
    def plain(self) -> str | None:
        """The summary of an analysis."""
    @property
    def text(self) -> str | None:
        """The summary, in whichever member it stands."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class SummaryV1:
    """A summary of the first version (`summarize=v1`): of a part of one alternative."""
    @property
    def summary(self) -> str | None:
        """Its text."""
    @property
    def start_word(self) -> int | None:
        """The index of the first word that it covers."""
    @property
    def end_word(self) -> int | None:
        """The index after the last word that it covers."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class TopicSegment:
    """A part of the text and its topics."""
    @property
    def text(self) -> str | None:
        """The part."""
    @property
    def start_word(self) -> int | None:
        """The index of its first word."""
    @property
    def end_word(self) -> int | None:
        """The index after its last word."""
    @property
    def topics(self) -> List[Topic]:
        """Its topics."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Topic:
    """A topic."""
    @property
    def topic(self) -> str | None:
        """Its name."""
    @property
    def confidence_score(self) -> float | None:
        """How sure it is, 0 to 1."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class TopicsV1:
    """Topics of the first version, within one alternative."""
    @property
    def text(self) -> str | None:
        """The part of the text."""
    @property
    def start_word(self) -> int | None:
        """The index of its first word."""
    @property
    def end_word(self) -> int | None:
        """The index after its last word."""
    @property
    def topics(self) -> List[TopicV1]:
        """Its topics."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class TopicV1:
    """A topic of the first version."""
    @property
    def topic(self) -> str | None:
        """Its name."""
    @property
    def confidence(self) -> float | None:
        """How sure it is, 0 to 1."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class IntentSegment:
    """A part of the text and its intents."""
    @property
    def text(self) -> str | None:
        """The part."""
    @property
    def start_word(self) -> int | None:
        """The index of its first word."""
    @property
    def end_word(self) -> int | None:
        """The index after its last word."""
    @property
    def intents(self) -> List[Intent]:
        """Its intents."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Intent:
    """An intent."""
    @property
    def intent(self) -> str | None:
        """Its name."""
    @property
    def confidence_score(self) -> float | None:
        """How sure it is, 0 to 1."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Sentiments:
    """The sentiments of the text."""
    @property
    def segments(self) -> List[SentimentSegment]:
        """The parts of the text."""
    @property
    def average(self) -> Sentiment | None:
        """The sentiment of the whole."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class SentimentSegment:
    """A part of the text and its sentiment."""
    @property
    def text(self) -> str | None:
        """The part."""
    @property
    def start_word(self) -> int | None:
        """The index of its first word."""
    @property
    def end_word(self) -> int | None:
        """The index after its last word."""
    @property
    def sentiment(self) -> str | None:
        """Positive, neutral or negative."""
    @property
    def sentiment_score(self) -> float | None:
        """From -1 (negative) to 1 (positive)."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Sentiment:
    """A sentiment."""
    @property
    def sentiment(self) -> str | None:
        """Positive, neutral or negative."""
    @property
    def sentiment_score(self) -> float | None:
        """From -1 (negative) to 1 (positive)."""
    def to_dict(self) -> dict[str, Any]:
        """The object behind the view as plain Python objects, members that have no attribute included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Answer:
    """What to answer to a sender, and why."""

    @property
    def status(self) -> int:
        """The HTTP status."""
    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The headers that belong to the answer, as pairs of name and value."""
    @property
    def body(self) -> bytes:
        """The body of the answer: a word or two, the same for every reason."""
    @property
    def situation(self) -> str:
        """What happened, such as `stored` or `repeat`."""
    @property
    def reason(self) -> str:
        """One sentence for people; never for the sender."""
    @property
    def error(self) -> str | None:
        """The name of the error behind it, such as `ticket_forged`; None where there is none."""
    @property
    def is_success(self) -> bool:
        """Whether the sender is told that it is done with."""

@final
class Delivery:
    """A delivery to be handled, and everything that a handler should know."""

    @property
    def id(self) -> str:
        """The name of the delivery, the same at every attempt and at every try: an idempotency key."""
    @property
    def kind(self) -> Kind:
        """What it is: one of `ringback.KINDS`."""
    @property
    def job(self) -> str | None:
        """The user's own name for the work."""
    @property
    def request_id(self) -> str | None:
        """The request that it answers, where it says."""
    @property
    def submission(self) -> str | None:
        """Its submission, where one can be told."""
    @property
    def sender(self) -> str:
        """Which credential let it in: the id of a ticket's key, or the name of a Basic pair."""
    @property
    def content_type(self) -> str | None:
        """The content type as it was sent."""
    @property
    def attempts_seen(self) -> int:
        """How many attempts were seen, at least."""
    @property
    def again(self) -> bool:
        """Whether a handler may have done some of the work before."""
    @property
    def late(self) -> bool:
        """Whether it came late: within the grace of its ticket, or after its submission was overdue."""
    @property
    def revises(self) -> bool:
        """Whether it is the second of two that differ."""
    @property
    def context(self) -> bytes | None:
        """What the submitter wanted its handler to know."""
    @property
    def body(self) -> bytes:
        """The bytes that came, decompressed, secrets masked."""
    @property
    def payload(self) -> Payload | None:
        """The payload, if the body is JSON."""

@final
class Result:
    """What came for a submission: the document, the audio, or the end of a stream with its pieces."""

    @property
    def id(self) -> str:
        """The name of the delivery."""
    @property
    def kind(self) -> Kind:
        """What it is: one of `ringback.KINDS`."""
    @property
    def job(self) -> str | None:
        """The user's own name for the work."""
    @property
    def request_id(self) -> str | None:
        """The request that it answers, where it says."""
    @property
    def submission(self) -> str | None:
        """Its submission."""
    @property
    def content_type(self) -> str | None:
        """The content type as it was sent."""
    @property
    def time(self) -> float:
        """When it came, in seconds since 1970."""
    @property
    def body(self) -> bytes:
        """The bytes that came, decompressed, secrets masked."""
    @property
    def payload(self) -> Payload | None:
        """The payload, if the body is JSON."""
    @property
    def segments(self) -> tuple[Payload, ...]:
        """The final pieces of a stream's transcript, in the order of their time; empty for everything else."""

@final
class DeadLetter:
    """A delivery that will not be handled by itself any more."""

    @property
    def id(self) -> str:
        """The name of the delivery: what `replay` takes."""
    @property
    def kind(self) -> Kind:
        """What it is: one of `ringback.KINDS`."""
    @property
    def reason(self) -> str | None:
        """Why it is dead, such as `failed` or `differing`."""
    @property
    def job(self) -> str | None:
        """The user's own name for the work."""
    @property
    def request_id(self) -> str | None:
        """The request that it answers, where it says."""
    @property
    def submission(self) -> str | None:
        """Its submission, where one can be told."""
    @property
    def sender(self) -> str:
        """Which credential let it in."""
    @property
    def bytes(self) -> int:
        """The bytes of its body."""
    @property
    def failures(self) -> int:
        """How many times handling it failed."""
    @property
    def time(self) -> float:
        """When it came, in seconds since 1970."""
    @property
    def sequence(self) -> int:
        """Its place in the order of arrival: what `after` takes."""

@final
class Pending:
    """A submission that is waited for, or was in vain."""

    @property
    def id(self) -> str:
        """Its name."""
    @property
    def job(self) -> str | None:
        """The user's own name for the work."""
    @property
    def request_id(self) -> str | None:
        """The request id, once the submitter has learnt it."""
    @property
    def context(self) -> bytes | None:
        """What the submitter wants its handler to know."""
    @property
    def since(self) -> float:
        """When it was announced, in seconds since 1970."""
    @property
    def deadline(self) -> float | None:
        """When it is overdue, in seconds since 1970; None is never, or that it is."""
    @property
    def overdue(self) -> bool:
        """Whether its deadline has passed."""

@final
class Clock:
    """A clock that goes when it is told to."""

    def __new__(cls, now: float = 1795000000.0) -> Clock: ...
    @property
    def now(self) -> float:
        """The present moment, in seconds since 1970."""
    def advance(self, seconds: float) -> None:
        """Goes on by so many seconds."""

@final
class Intake:
    """A delivery whose head was admitted: its body is fed in pieces."""

    def is_slow(self, length: int) -> bool:
        """Whether feeding so many bytes may take its time: they go to the disk, or have to be decompressed."""

    def feed(self, data: bytes, /) -> Answer | None:
        """Takes in a piece of the body; an answer means that the rest need not be read."""
    def finish(self) -> Answer | Delivery:
        """The body is whole: an answer, or a delivery to be handled. Blocks until it is durable."""

@final
class Open:
    """A receiver with an open store."""

    def __new__(cls, given: dict[str, Any]) -> Open: ...
    @staticmethod
    def check(given: dict[str, Any]) -> tuple[str, str | None]:
        """Checks what can be checked without opening anything."""
    @property
    def answers_when_handled(self) -> bool: ...
    @property
    def is_started(self) -> bool: ...
    def is_hook(self, path: str) -> bool: ...
    def begin(self, method: str, target: str, headers: list[tuple[str, bytes]], handling: bool) -> Answer | Intake:
        """Looks at the head of a request: an intake for its body, or the answer to give at once."""
    def receive(
        self, method: str, target: str, headers: list[tuple[str, bytes]], body: bytes, handling: bool
    ) -> Answer | Delivery:
        """A delivery whole: an answer, or a delivery to be handled."""
    def settle(self, delivery: Delivery, outcome: str, route: str) -> Answer:
        """Settles a delivery that was given out to be handled, on this route, and says what to answer."""
    def expect(
        self, job: str, use: str, deadline: float | None, life: float | None, context: bytes | None
    ) -> Submission: ...
    def expect_request(
        self, job: str, sender: str, request_id: str, deadline: float | None, context: bytes | None
    ) -> Submission: ...
    def result(self, by: str, name: str, timeout: float | None) -> Waiting:
        """Waits for a result: a submission's, a request's or a job's."""
    def pending(self, limit: int) -> list[Pending]: ...
    def overdue(self, limit: int) -> list[Pending]: ...
    def dead_letters(self, after: int, limit: int) -> list[DeadLetter]: ...
    def replay(self, id: str) -> bool: ...
    def forget(self, by: str, name: str) -> tuple[int, int, int]: ...
    def metrics(self) -> str:
        """What this process has counted and what is in the store, in the text format of OpenMetrics."""
    def sweep(self) -> list[Pending]:
        """Does what is due by itself; gives what has become overdue."""
    def start(self, handle: Any, swept: Any, failed: Any, at_once: int) -> bool:
        """Starts workers; false if there are some already."""
    def stop(self, grace: float) -> bool:
        """Stops the workers, and says whether all of them have finished within so many seconds."""

@final
class Submission:
    """A submission that was announced."""

    @property
    def id(self) -> str: ...
    @property
    def job(self) -> str: ...
    @property
    def callback_url(self) -> str: ...
    @property
    def arrived(self) -> Arrived: ...
    def accepted(self, request_id: str) -> Arrived: ...
    def cancel(self) -> None: ...

@final
class Waiting:
    """A result in the making."""

    def poll(self, wake: Any) -> Result | None:
        """Looks once: the result, or None and `wake` is called when it is worth to look again."""
