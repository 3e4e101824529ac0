//! What a view says: the members of an object, the elements of an array, texts and numbers.
//!
//! A view of JavaScript is a slab, a place in it, and the two ends of a value in the text there. Each function begins with
//! these four. Ends that fit no value find nothing, and do no harm.

use ringback::json::{Str, Value as Json};

use crate::env::{Env, Failed, Value};
use crate::held::Head;

/// What a member is wanted as. The numbers are those of `lib/view.js`.
#[derive(Clone, Copy)]
enum Want {
    Text,
    Float,
    Whole,
    Truth,
    Millis,
    /// The ends of an object are answered.
    Object,
    /// The ends of an array are answered.
    Array,
}

impl Want {
    fn of(number: usize) -> Option<Want> {
        use Want::{Array, Float, Millis, Object, Text, Truth, Whole};
        [Text, Float, Whole, Truth, Millis, Object, Array].get(number).copied()
    }
}

/// What is held at the place that the first two arguments say.
pub(crate) fn held<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<&'e Head, Failed> {
    let [slab, at, ..] = *arguments else { return Err(Failed::ARGUMENTS) };
    env.slab(slab)?.held(env.size(at)?).ok_or(Failed::ARGUMENTS)
}

/// The value that the first four arguments say.
fn viewed<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<(&'e Head, Json<'e>), Failed> {
    let [_, _, from, to, ..] = *arguments else { return Err(Failed::ARGUMENTS) };
    let head = held(env, arguments)?;
    let value = head.payload().document().value_in(env.size(from)?..env.size(to)?).ok_or(Failed::ARGUMENTS)?;
    Ok((head, value))
}

/// The text of a string, decoded if it is escaped.
fn text<'e>(env: Env<'e>, text: Str<'_>) -> Result<Value<'e>, Failed> {
    env.string(&text.to_cow())
}

/// Answers the ends of a value, and says that there is one.
fn ends<'e>(env: Env<'e>, head: &Head, value: Option<Json<'_>>) -> Result<Value<'e>, Failed> {
    let Some(range) = value.and_then(|value| head.payload().document().range_of(value)) else {
        return env.undefined();
    };
    env.answer([range.start as f64, range.end as f64])?;
    env.boolean(true)
}

/// `requestId(slab, at)`.
pub(crate) fn request_id<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let Some(id) = held(env, arguments)?.payload().request_id() else { return env.undefined() };
    let Some(uuid) = id.as_bytes() else { return env.string(&id.to_string()) };
    // By hand, for this is on the way of every delivery.
    let mut text = *b"00000000-0000-0000-0000-000000000000";
    let digits = text.iter_mut().filter(|byte| **byte != b'-');
    let nibbles = uuid.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    for (digit, nibble) in digits.zip(nibbles) {
        *digit = b"0123456789abcdef"[usize::from(nibble)];
    }
    env.string(std::str::from_utf8(&text).map_err(|_| Failed::ARGUMENTS)?)
}

/// `transcript(slab, at)`.
pub(crate) fn transcript<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let transcript = held(env, arguments)?.payload().transcript();
    env.optional(transcript, |transcript| text(env, transcript))
}

/// `root(slab, at)`: answers the ends of the outermost value.
pub(crate) fn root<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let head = held(env, arguments)?;
    ends(env, head, Some(head.payload().document().root()))
}

/// What the payload itself finds, in its own way. The numbers are those of `lib/payload.js`.
///
/// `place(slab, at, which)`: answers the ends of it.
pub(crate) fn place<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    use ringback::payload::View;
    let head = held(env, arguments)?;
    let payload = head.payload();
    let which = env.size(arguments[2])?;
    let results = || payload.results();
    let value = match which {
        0 => payload.metadata().map(|metadata| metadata.object().value()),
        1 => results().map(|results| results.object().value()),
        2 => results().and_then(|results| results.channels().array()).map(|array| array.value()),
        3 => results().and_then(|results| results.utterances().array()).map(|array| array.value()),
        4 => results().and_then(|results| results.summary()).map(|summary| summary.object().value()),
        5 => results().and_then(|results| results.topics().array()).map(|array| array.value()),
        6 => results().and_then(|results| results.intents().array()).map(|array| array.value()),
        7 => results().and_then(|results| results.sentiments()).map(|sentiments| sentiments.object().value()),
        8 => payload.alternative().map(|alternative| alternative.object().value()),
        9 => payload.object().map(|object| object.value()),
        _ => return Err(Failed::ARGUMENTS),
    };
    ends(env, head, value)
}

/// `member(slab, at, from, to, name, want)`: the member of an object; `undefined` if it is absent, null, or of another type.
pub(crate) fn member<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let (head, value) = viewed(env, arguments)?;
    let mut name = [0; 64];
    let room = std::ptr::NonNull::from(&mut name).cast();
    // SAFETY: the room is that of the array.
    let len = unsafe { env.write_string(arguments[4], room, name.len()) }?;
    let name = name.get(..len).and_then(|name| std::str::from_utf8(name).ok()).ok_or(Failed::ARGUMENTS)?;
    let want = Want::of(env.size(arguments[5])?).ok_or(Failed::ARGUMENTS)?;
    let Some(object) = value.as_object() else { return env.undefined() };
    let [found] = head.payload().document().select(object, [name]);
    let number = found.and_then(|value| value.as_number());
    match want {
        Want::Text => env.optional(found.and_then(|value| value.as_str()), |string| text(env, string)),
        Want::Float => env.optional(number.and_then(|number| number.f64()), |number| env.number(number)),
        Want::Whole => env.optional(number.and_then(|number| number.u64()), |number| env.number(number as f64)),
        Want::Millis => env.optional(number.and_then(|number| number.millis()), |millis| env.number(millis as f64)),
        Want::Truth => env.optional(found.and_then(|value| value.as_bool()), |truth| env.boolean(truth)),
        Want::Object => ends(env, head, found.and_then(|value| value.as_object()).map(|object| object.value())),
        Want::Array => ends(env, head, found.and_then(|value| value.as_array()).map(|array| array.value())),
    }
}

/// `elements(slab, at, from, to, want)`: of an array, the objects as a `Uint32Array` with the two ends of each, or the strings as
/// an array, or the numbers.
pub(crate) fn elements<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let (head, value) = viewed(env, arguments)?;
    let want = Want::of(env.size(arguments[4])?).ok_or(Failed::ARGUMENTS)?;
    let document = head.payload().document();
    let Some(array) = value.as_array() else { return env.undefined() };
    let elements = document.elements_of(array);
    match want {
        Want::Text => env.array(elements.filter_map(|value| value.as_str()).map(|string| text(env, string))),
        Want::Whole => {
            let number = |value: Json<'_>| value.as_number().and_then(|number| number.u64());
            env.array(elements.map(|value| env.optional(number(value), |number| env.number(number as f64))))
        }
        Want::Object => {
            let ranges = elements.filter(|value| value.as_object().is_some()).map(|value| document.range_of(value));
            let mut flat = Vec::new();
            for range in ranges.flatten() {
                let ends = u32::try_from(range.start).ok().zip(u32::try_from(range.end).ok());
                let (start, end) = ends.ok_or(Failed::Type("a text of 4 GiB and more has no index"))?;
                flat.extend([start, end]);
            }
            env.numbers(&flat)
        }
        _ => Err(Failed::ARGUMENTS),
    }
}

/// `pairs(slab, at, from, to, want)`: the members of an object, each a name and what it is wanted as: a string, or the two ends of
/// an object. A flat array.
pub(crate) fn pairs<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let (head, value) = viewed(env, arguments)?;
    let want = Want::of(env.size(arguments[4])?).ok_or(Failed::ARGUMENTS)?;
    let document = head.payload().document();
    let Some(object) = value.as_object() else { return env.undefined() };
    let mut flat = Vec::new();
    for (name, value) in document.members_of(object) {
        match want {
            Want::Text => {
                if let Some(string) = value.as_str() {
                    flat.extend([text(env, name), text(env, string)]);
                }
            }
            Want::Object => {
                if let Some(range) = value.as_object().and_then(|object| document.range_of(object.value())) {
                    flat.extend([text(env, name), env.number(range.start as f64), env.number(range.end as f64)]);
                }
            }
            _ => return Err(Failed::ARGUMENTS),
        }
    }
    env.array(flat.into_iter())
}

/// `raw(slab, at, from, to)`: the text of a value, as it stands in the document.
pub(crate) fn raw<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let (_, value) = viewed(env, arguments)?;
    env.string(value.raw())
}

/// `pointer(slab, at, pointer)`: the text of the value that a JSON pointer leads to.
pub(crate) fn pointer<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let head = held(env, arguments)?;
    let found = head.payload().pointer(&env.text(arguments[2])?)?;
    env.optional(found, |value| env.string(value.raw()))
}

/// `body(slab, at)`: the bytes, copied.
pub(crate) fn body<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    env.numbers(held(env, arguments)?.text().as_bytes())
}
