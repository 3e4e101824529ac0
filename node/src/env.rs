//! Node-API, with lifetimes and errors.
//!
//! A value of JavaScript is good as long as the call lasts in which it was come by; `'e` is that call. Nothing here
//! allocates but strings, and nothing outside of this file calls Node-API.

use std::cell::RefCell;
use std::ffi::{c_char, c_void};
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::{self, NonNull};

use napi_sys as sys;
use ringback::payload::Kind;
use ringback::{Error, ErrorKind};

use crate::held::{Block, HEAD, Slab};
use crate::receiver::Desk;

/// The JavaScript world that a call came from.
#[derive(Clone, Copy)]
pub(crate) struct Env<'e> {
    raw: sys::napi_env,
    call: PhantomData<&'e ()>,
}

/// A value of JavaScript.
#[derive(Clone, Copy)]
pub(crate) struct Value<'e> {
    raw: sys::napi_value,
    call: PhantomData<&'e ()>,
}

/// Why a call throws.
#[derive(Clone, Debug)]
pub(crate) enum Failed {
    /// An error of the table.
    Core(Error),
    /// An error of the table with what the system said about it.
    Said(ErrorKind, String),
    /// An error of this binding, which only JavaScript has in its table.
    Own(u16),
    /// An argument is not what it should be: a `TypeError`.
    Type(&'static str),
    /// The same, with what is wrong about it.
    Strange(String),
    /// JavaScript has thrown already, or will not have anything any more.
    Pending,
}

impl Failed {
    /// Too few arguments, or one of the wrong type.
    pub(crate) const ARGUMENTS: Failed = Failed::Type("the arguments do not fit");
}

impl From<Error> for Failed {
    fn from(error: Error) -> Failed {
        Failed::Core(error)
    }
}

impl From<ErrorKind> for Failed {
    fn from(kind: ErrorKind) -> Failed {
        Failed::Core(kind.into())
    }
}

/// A function of this module. There are always as many arguments as [`ARGUMENTS`]; what is not given is `undefined`.
pub(crate) type Function = for<'e> fn(Env<'e>, &[Value<'e>]) -> Result<Value<'e>, Failed>;

/// How many arguments a function can have.
const ARGUMENTS: usize = 8;

/// What is kept for each world: the main thread, and every worker thread.
struct State {
    /// The memory of a `Float64Array`, which `kept` keeps.
    scratch: Option<NonNull<f64>>,
    scratch_len: usize,
    make_error: sys::napi_ref,
    kept: sys::napi_ref,
    desk: RefCell<Desk>,
}

/// The answer of Node-API, as an error.
pub(crate) fn check(status: sys::napi_status) -> Result<(), Failed> {
    match status {
        sys::Status::napi_ok => Ok(()),
        sys::Status::napi_pending_exception => Err(Failed::Pending),
        _ => Err(Failed::ARGUMENTS),
    }
}

/// Calls a function of Node-API whose last argument is where its result goes.
macro_rules! ask {
    ($function:ident($env:expr $(, $argument:expr)*): $type:ty) => {{
        let mut result = std::mem::MaybeUninit::<$type>::uninit();
        // SAFETY: the world is the one of this call, values are of this call, other pointers are to what the caller of
        // this macro owns; and there is room for the result.
        let status = unsafe { sys::$function($env.raw $(, $argument)*, result.as_mut_ptr()) };
        // SAFETY: Node-API has written the result if it says so.
        check(status).map(|()| unsafe { result.assume_init() })
    }};
}

impl Value<'_> {
    /// What Node-API calls it.
    pub(crate) fn raw(self) -> sys::napi_value {
        self.raw
    }
}

/// A value that is kept beyond a call. It belongs to the world that it was made in.
pub(crate) struct Reference(sys::napi_ref);

impl Reference {
    pub(crate) fn new(env: Env<'_>, value: Value<'_>) -> Result<Reference, Failed> {
        ask!(napi_create_reference(env, value.raw, 1): sys::napi_ref).map(Reference)
    }

    /// The value.
    pub(crate) fn value<'e>(&self, env: Env<'e>) -> Result<Value<'e>, Failed> {
        ask!(napi_get_reference_value(env, self.0): sys::napi_value).map(|raw| env.value(raw))
    }

    /// Keeps it no longer.
    pub(crate) fn delete(self, env: Env<'_>) {
        // SAFETY: a reference of this world, deleted once, for it is given away.
        unsafe { sys::napi_delete_reference(env.raw, self.0) };
    }
}

impl<'e> Env<'e> {
    /// The world that Node-API has called from.
    ///
    /// # Safety
    ///
    /// The call lasts for `'e`.
    pub(crate) unsafe fn new(raw: sys::napi_env) -> Env<'e> {
        Env { raw, call: PhantomData }
    }

    /// What Node-API calls it.
    pub(crate) fn raw(self) -> sys::napi_env {
        self.raw
    }

    /// A value of this call.
    pub(crate) fn value(self, raw: sys::napi_value) -> Value<'e> {
        Value { raw, call: PhantomData }
    }

    /// What is on the desk of this world.
    pub(crate) fn desk<T>(self, look: impl FnOnce(&mut Desk) -> T) -> Result<T, Failed> {
        let state = self.state().ok_or(Failed::ARGUMENTS)?;
        state.desk.try_borrow_mut().map(|mut desk| look(&mut desk)).map_err(|_| Failed::ARGUMENTS)
    }

    /// `undefined`.
    pub(crate) fn undefined(self) -> Result<Value<'e>, Failed> {
        ask!(napi_get_undefined(self): sys::napi_value).map(|raw| self.value(raw))
    }

    /// `true` or `false`.
    pub(crate) fn boolean(self, truth: bool) -> Result<Value<'e>, Failed> {
        ask!(napi_get_boolean(self, truth): sys::napi_value).map(|raw| self.value(raw))
    }

    /// A number.
    pub(crate) fn number(self, number: f64) -> Result<Value<'e>, Failed> {
        ask!(napi_create_double(self, number): sys::napi_value).map(|raw| self.value(raw))
    }

    /// A small number, which is quicker.
    pub(crate) fn small(self, number: u32) -> Result<Value<'e>, Failed> {
        ask!(napi_create_uint32(self, number): sys::napi_value).map(|raw| self.value(raw))
    }

    /// A string. Text in ASCII, which is most of it, need not be decoded.
    pub(crate) fn string(self, text: &str) -> Result<Value<'e>, Failed> {
        let (at, len) = (text.as_ptr().cast::<c_char>(), text.len() as isize);
        if text.is_ascii() {
            ask!(napi_create_string_latin1(self, at, len): sys::napi_value).map(|raw| self.value(raw))
        } else {
            ask!(napi_create_string_utf8(self, at, len): sys::napi_value).map(|raw| self.value(raw))
        }
    }

    /// A value, or `undefined` if there is none.
    pub(crate) fn optional<T>(
        self,
        value: Option<T>,
        make: impl FnOnce(T) -> Result<Value<'e>, Failed>,
    ) -> Result<Value<'e>, Failed> {
        value.map_or_else(|| self.undefined(), make)
    }

    /// An array of these values.
    pub(crate) fn array(self, values: impl Iterator<Item = Result<Value<'e>, Failed>>) -> Result<Value<'e>, Failed> {
        let array = ask!(napi_create_array(self): sys::napi_value)?;
        for (at, value) in values.enumerate() {
            let at = u32::try_from(at).map_err(|_| Failed::ARGUMENTS)?;
            // SAFETY: an array and a value of this call.
            check(unsafe { sys::napi_set_element(self.raw, array, at, value?.raw) })?;
        }
        Ok(self.value(array))
    }

    /// A new `ArrayBuffer` with these bytes, one piece after the other.
    pub(crate) fn buffer(self, pieces: &[&[u8]]) -> Result<Value<'e>, Failed> {
        self.buffer_of(pieces).map(|raw| self.value(raw))
    }

    fn buffer_of(self, pieces: &[&[u8]]) -> Result<sys::napi_value, Failed> {
        let (mut data, len) = (ptr::null_mut(), pieces.iter().map(|piece| piece.len()).sum());
        let buffer = ask!(napi_create_arraybuffer(self, len, &raw mut data): sys::napi_value)?;
        let mut end = data.cast::<u8>();
        for piece in pieces.iter().filter(|piece| !piece.is_empty()) {
            // SAFETY: the buffer is new, as long as the pieces together, and nobody else has it yet.
            unsafe { ptr::copy_nonoverlapping(piece.as_ptr(), end, piece.len()) };
            // SAFETY: the piece went in.
            end = unsafe { end.add(piece.len()) };
        }
        Ok(buffer)
    }

    /// A body that is held in an `ArrayBuffer` of its own, and its kind; `None` if it is no JSON text.
    pub(crate) fn held(self, body: &[u8]) -> Result<Option<(Value<'e>, Kind)>, Failed> {
        let mut data = ptr::null_mut();
        let raw = ask!(napi_create_arraybuffer(self, HEAD + body.len(), &raw mut data): sys::napi_value)?;
        let buffer = self.value(raw);
        let room = self.slab(buffer)?.room(0, body.len()).ok_or(Failed::ARGUMENTS)?;
        room.populate();
        Ok(room.hold(body).ok().map(|kind| (buffer, kind)))
    }

    /// A block that holds a body, as an `ArrayBuffer`.
    pub(crate) fn block(self, block: Block) -> Result<Value<'e>, Failed> {
        let (data, len) = block.memory();
        let block = Box::into_raw(Box::new(block));
        let made = ask!(napi_create_external_arraybuffer(
            self, data.as_ptr().cast(), len, Some(drop_block), block.cast()
        ): sys::napi_value);
        if let Ok(raw) = made {
            crate::parse::lend(len);
            // An engine looks at how much memory its youngest buffers have, and lets go of them, when it makes one of its own, and
            // only then. Without this it waits for a collection of everything.
            let mut data = ptr::null_mut();
            ask!(napi_create_arraybuffer(self, 1, &raw mut data): sys::napi_value)?;
            return Ok(self.value(raw));
        }
        // An engine may want to have all memory to itself.
        // SAFETY: it was not taken.
        let block = unsafe { Box::from_raw(block) };
        self.held(block.body())?.map(|(buffer, _)| buffer).ok_or(Failed::ARGUMENTS)
    }

    /// A new typed array with these numbers.
    pub(crate) fn numbers<T: Element>(self, numbers: &[T]) -> Result<Value<'e>, Failed> {
        let buffer = self.buffer_of(&[bytes_of(numbers)])?;
        let raw = ask!(napi_create_typedarray(self, T::TYPE, numbers.len(), buffer, 0): sys::napi_value)?;
        Ok(self.value(raw))
    }

    /// The memory of an `ArrayBuffer`; one that has been given away has none.
    pub(crate) fn slab(self, value: Value<'e>) -> Result<Slab<'e>, Failed> {
        let (mut data, mut len) = (ptr::null_mut(), 0);
        // SAFETY: a value of this call, and room for the results.
        check(unsafe { sys::napi_get_arraybuffer_info(self.raw, value.raw, &raw mut data, &raw mut len) })?;
        let data = NonNull::new(data.cast::<u8>()).ok_or(Failed::ARGUMENTS)?;
        // SAFETY: JavaScript does not run while the call lasts, and the value keeps the buffer.
        Ok(unsafe { Slab::new(data, len) })
    }

    /// The bytes of a `Uint8Array` (such as a `Buffer`) or an `ArrayBuffer`; `None` for every other value.
    ///
    /// They are only as long as JavaScript does not run, and another thread may change them if they are shared: they are
    /// copied before they are looked at.
    pub(crate) fn foreign_bytes(self, value: Value<'e>) -> Option<(*const u8, usize)> {
        let (mut ty, mut len, mut data) = (0, 0, ptr::null_mut());
        let (mut buffer, mut offset) = (ptr::null_mut(), 0);
        let (ty_at, len_at, data_at) = (&raw mut ty, &raw mut len, &raw mut data);
        // SAFETY: a value of this call, and room for the results.
        let status = unsafe {
            sys::napi_get_typedarray_info(self.raw, value.raw, ty_at, len_at, data_at, &raw mut buffer, &raw mut offset)
        };
        if status == sys::Status::napi_ok {
            let bytes = matches!(ty, sys::TypedarrayType::uint8_array | sys::TypedarrayType::uint8_clamped_array);
            return bytes.then_some((data.cast_const().cast(), len));
        }
        // SAFETY: the same.
        let status = unsafe { sys::napi_get_arraybuffer_info(self.raw, value.raw, data_at, len_at) };
        (status == sys::Status::napi_ok).then_some((data.cast_const().cast(), len))
    }

    /// Whether it is a string.
    pub(crate) fn is_string(self, value: Value<'e>) -> bool {
        ask!(napi_typeof(self, value.raw): sys::napi_valuetype) == Ok(sys::ValueType::napi_string)
    }

    /// Whether it is `undefined` or `null`.
    pub(crate) fn is_nothing(self, value: Value<'e>) -> bool {
        let ty = ask!(napi_typeof(self, value.raw): sys::napi_valuetype);
        matches!(ty, Ok(sys::ValueType::napi_undefined | sys::ValueType::napi_null))
    }

    /// Writes a string as UTF-8 and a NUL behind it, and gives its length without the NUL. What does not fit is cut.
    ///
    /// # Safety
    ///
    /// `room` bytes at `at` are writable.
    pub(crate) unsafe fn write_string(self, value: Value<'e>, at: NonNull<u8>, room: usize) -> Result<usize, Failed> {
        ask!(napi_get_value_string_utf8(self, value.raw, at.as_ptr().cast(), room): usize)
    }

    /// The text of a string.
    pub(crate) fn text(self, value: Value<'e>) -> Result<String, Failed> {
        let len = ask!(napi_get_value_string_utf8(self, value.raw, ptr::null_mut(), 0): usize)?;
        let mut bytes = vec![0; len + 1];
        let at = NonNull::from(bytes.as_mut_slice()).cast();
        // SAFETY: the room is that of the vector.
        let written = unsafe { self.write_string(value, at, bytes.len()) }?;
        bytes.truncate(written);
        String::from_utf8(bytes).map_err(|_| Failed::ARGUMENTS)
    }

    /// The bytes of a string in which each character is a byte, as headers are.
    pub(crate) fn bytes_of_text(self, value: Value<'e>) -> Result<Vec<u8>, Failed> {
        let len = ask!(napi_get_value_string_latin1(self, value.raw, ptr::null_mut(), 0): usize)?;
        let mut bytes = vec![0; len + 1];
        let written =
            ask!(napi_get_value_string_latin1(self, value.raw, bytes.as_mut_ptr().cast(), bytes.len()): usize)?;
        bytes.truncate(written);
        Ok(bytes)
    }

    /// The elements of an array.
    pub(crate) fn elements(self, array: Value<'e>) -> Result<impl Iterator<Item = Result<Value<'e>, Failed>>, Failed> {
        let len = ask!(napi_get_array_length(self, array.raw): u32)?;
        Ok((0..len)
            .map(move |at| ask!(napi_get_element(self, array.raw, at): sys::napi_value).map(|raw| self.value(raw))))
    }

    /// The number of a number.
    pub(crate) fn float(self, value: Value<'e>) -> Result<f64, Failed> {
        ask!(napi_get_value_double(self, value.raw): f64)
    }

    /// The number of a whole number that is a place or a length.
    pub(crate) fn size(self, value: Value<'e>) -> Result<usize, Failed> {
        let number = self.float(value)?;
        let whole = number as usize;
        if whole as f64 == number { Ok(whole) } else { Err(Failed::ARGUMENTS) }
    }

    /// The truth of a boolean.
    pub(crate) fn truth(self, value: Value<'e>) -> Result<bool, Failed> {
        ask!(napi_get_value_bool(self, value.raw): bool)
    }

    /// The numbers of a `Uint32Array`, copied.
    pub(crate) fn words(self, value: Value<'e>) -> Result<Vec<u32>, Failed> {
        let (mut ty, mut len, mut data) = (0, 0, ptr::null_mut());
        let (mut buffer, mut offset) = (ptr::null_mut(), 0);
        let (ty_at, len_at, data_at) = (&raw mut ty, &raw mut len, &raw mut data);
        // SAFETY: a value of this call, and room for the results.
        check(unsafe {
            sys::napi_get_typedarray_info(self.raw, value.raw, ty_at, len_at, data_at, &raw mut buffer, &raw mut offset)
        })?;
        if ty != sys::TypedarrayType::uint32_array {
            return Err(Failed::ARGUMENTS);
        }
        let mut words = vec![0u32; len];
        if len > 0 {
            // SAFETY: as many numbers as the array has; JavaScript does not run.
            unsafe { ptr::copy_nonoverlapping(data.cast_const().cast::<u32>(), words.as_mut_ptr(), len) };
        }
        Ok(words)
    }

    /// Begins a world: keeps the memory for answers, and the function that makes errors.
    pub(crate) fn begin(self, scratch: Value<'e>, make_error: Value<'e>) -> Result<(), Failed> {
        let (mut ty, mut len, mut data) = (0, 0, ptr::null_mut());
        let (mut buffer, mut offset) = (ptr::null_mut(), 0);
        let (ty_at, len_at, data_at) = (&raw mut ty, &raw mut len, &raw mut data);
        // SAFETY: a value of this call, and room for the results.
        check(unsafe {
            sys::napi_get_typedarray_info(
                self.raw,
                scratch.raw,
                ty_at,
                len_at,
                data_at,
                &raw mut buffer,
                &raw mut offset,
            )
        })?;
        if ty != sys::TypedarrayType::float64_array || self.state().is_some() {
            return Err(Failed::ARGUMENTS);
        }
        let make_error = ask!(napi_create_reference(self, make_error.raw, 1): sys::napi_ref)?;
        let kept = ask!(napi_create_reference(self, scratch.raw, 1): sys::napi_ref)?;
        let scratch = NonNull::new(data.cast());
        let state = State { scratch, scratch_len: len, make_error, kept, desk: RefCell::default() };
        let data = Box::into_raw(Box::new(state)).cast();
        // SAFETY: the state is on the heap until its world ends, when it is freed.
        check(unsafe { sys::napi_set_instance_data(self.raw, data, Some(end), ptr::null_mut()) })?;
        // SAFETY: the hook is called before the state is freed.
        check(unsafe { sys::napi_add_env_cleanup_hook(self.raw, Some(leave), data) })
    }

    fn state(self) -> Option<&'e State> {
        let data = ask!(napi_get_instance_data(self): *mut c_void).ok()?;
        // SAFETY: set by `begin`, and there until the world ends, which it does not during a call.
        unsafe { data.cast::<State>().as_ref() }
    }

    /// Answers several numbers: what JavaScript finds in its scratch memory.
    pub(crate) fn answer<const N: usize>(self, numbers: [f64; N]) -> Result<(), Failed> {
        let state = self.state().filter(|state| N <= state.scratch_len).ok_or(Failed::ARGUMENTS)?;
        let scratch = state.scratch.ok_or(Failed::ARGUMENTS)?;
        for (at, number) in numbers.into_iter().enumerate() {
            // SAFETY: `N` numbers fit; the array is kept, and is no program's but ours.
            let place = unsafe { scratch.add(at) };
            // SAFETY: the same.
            unsafe { place.write(number) };
        }
        Ok(())
    }

    /// The error as an object of JavaScript.
    pub(crate) fn error(self, failed: &Failed) -> Result<Value<'e>, Failed> {
        let (code, offset, said) = match failed {
            Failed::Core(error) => (f64::from(error.kind().code()), error.offset() as f64, self.undefined()?),
            Failed::Said(kind, said) => (f64::from(kind.code()), 0.0, self.string(said)?),
            Failed::Own(number) => (f64::from(*number), 0.0, self.undefined()?),
            Failed::Type(said) => (0.0, 0.0, self.string(said)?),
            Failed::Strange(said) => (0.0, 0.0, self.string(said)?),
            Failed::Pending => return Err(Failed::Pending),
        };
        let state = self.state().ok_or(Failed::Pending)?;
        let function = ask!(napi_get_reference_value(self, state.make_error): sys::napi_value)?;
        self.call(self.value(function), &[self.number(code)?, self.number(offset)?, said])
    }

    /// Calls a function.
    pub(crate) fn call(self, function: Value<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
        let this = self.undefined()?;
        let raws: Vec<sys::napi_value> = arguments.iter().map(|value| value.raw).collect();
        ask!(napi_call_function(self, this.raw, function.raw, raws.len(), raws.as_ptr()): sys::napi_value)
            .map(|raw| self.value(raw))
    }

    /// Throws, unless something is thrown already.
    fn throw(self, failed: &Failed) {
        match self.error(failed) {
            // SAFETY: an error of this call.
            Ok(error) => _ = unsafe { sys::napi_throw(self.raw, error.raw) },
            Err(Failed::Pending) => {}
            Err(_) => {
                // SAFETY: texts that end.
                unsafe { sys::napi_throw_type_error(self.raw, ptr::null(), c"the arguments do not fit".as_ptr()) };
            }
        }
    }
}

/// Numbers without gaps or meaning between them, so that they can be looked at as bytes.
///
/// # Safety
///
/// Every byte of a value is initialised.
pub(crate) unsafe trait Plain: Copy {}

// SAFETY: a number has no padding.
unsafe impl Plain for f64 {}
// SAFETY: the same.
unsafe impl Plain for i32 {}
// SAFETY: the same.
unsafe impl Plain for u8 {}
// SAFETY: the same.
unsafe impl Plain for u32 {}
// SAFETY: an array has no padding between its elements.
unsafe impl Plain for [u32; 2] {}

/// Numbers as they lie in memory.
pub(crate) fn bytes_of<T: Plain>(numbers: &[T]) -> &[u8] {
    // SAFETY: as many bytes as there are, all of them initialised.
    unsafe { std::slice::from_raw_parts(numbers.as_ptr().cast::<u8>(), size_of_val(numbers)) }
}

/// A number of a typed array.
pub(crate) trait Element: Plain {
    /// Its type.
    const TYPE: sys::napi_typedarray_type;
}

impl Element for f64 {
    const TYPE: sys::napi_typedarray_type = sys::TypedarrayType::float64_array;
}

impl Element for i32 {
    const TYPE: sys::napi_typedarray_type = sys::TypedarrayType::int32_array;
}

impl Element for u8 {
    const TYPE: sys::napi_typedarray_type = sys::TypedarrayType::uint8_array;
}

impl Element for u32 {
    const TYPE: sys::napi_typedarray_type = sys::TypedarrayType::uint32_array;
}

impl PartialEq for Failed {
    fn eq(&self, other: &Failed) -> bool {
        matches!((self, other), (Failed::Pending, Failed::Pending))
    }
}

/// A world is about to end: nothing comes to it any more.
unsafe extern "C" fn leave(data: *mut c_void) {
    // SAFETY: the state, which is freed later.
    let state = unsafe { &*data.cast::<State>() };
    if let Ok(desk) = state.desk.try_borrow() {
        desk.end();
    }
}

/// Nobody has the `ArrayBuffer` over a block any more.
unsafe extern "C" fn drop_block(_: sys::napi_env, _: *mut c_void, block: *mut c_void) {
    // SAFETY: made by `Env::block` with `Box::into_raw`, and given back once.
    let block = unsafe { Box::from_raw(block.cast::<Block>()) };
    crate::parse::returned(block.memory().1);
}

/// A world ends.
unsafe extern "C" fn end(env: sys::napi_env, data: *mut c_void, _: *mut c_void) {
    // SAFETY: made by `begin` with `Box::into_raw`, and given back once.
    let state = unsafe { Box::from_raw(data.cast::<State>()) };
    for reference in [state.make_error, state.kept] {
        // SAFETY: a reference of this world, deleted once.
        unsafe { sys::napi_delete_reference(env, reference) };
    }
}

/// The way from JavaScript into each [`Function`], which is the data of the function.
unsafe extern "C" fn enter(raw: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    let env = Env { raw, call: PhantomData };
    let (mut argc, mut argv, mut data) = (ARGUMENTS, [ptr::null_mut(); ARGUMENTS], ptr::null_mut());
    let (argc_at, argv_at) = (&raw mut argc, argv.as_mut_ptr());
    // SAFETY: called by Node-API; there is room for `argc` values, and what is not given is filled with `undefined`.
    let status = unsafe { sys::napi_get_cb_info(raw, info, argc_at, argv_at, ptr::null_mut(), &raw mut data) };
    if status != sys::Status::napi_ok {
        return ptr::null_mut();
    }
    // SAFETY: `register` gave this function as the data.
    let function = unsafe { std::mem::transmute::<*mut c_void, Function>(data) };
    let arguments = argv.map(|raw| env.value(raw));
    let done = catch_unwind(AssertUnwindSafe(|| function(env, &arguments)));
    match done.unwrap_or(Err(Failed::Type("an error inside of ringback: please report it"))) {
        Ok(value) => value.raw,
        Err(failed) => {
            env.throw(&failed);
            ptr::null_mut()
        }
    }
}

/// Puts the functions onto the object that JavaScript gets for the module.
///
/// # Safety
///
/// Called by Node-API when it loads the module.
pub(crate) unsafe fn register(
    raw: sys::napi_env,
    exports: sys::napi_value,
    tables: &[&[(&str, Function)]],
) -> sys::napi_value {
    let env = Env { raw, call: PhantomData };
    for (name, function) in tables.iter().copied().flatten() {
        let (at, len) = (name.as_ptr().cast::<c_char>(), name.len() as isize);
        let data = (*function) as *mut c_void;
        let made = ask!(napi_create_function(env, at, len, Some(enter), data): sys::napi_value);
        let (Ok(key), Ok(made)) = (env.string(name), made) else { continue };
        // SAFETY: the object and the values are of this call.
        unsafe { sys::napi_set_property(raw, exports, key.raw, made) };
    }
    exports
}

/// Makes a module of tables of functions.
macro_rules! module {
    ($($functions:expr),*) => {
        /// Where Node finds the module.
        ///
        /// # Safety
        ///
        /// Called by Node-API when it loads the module.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn napi_register_module_v1(
            env: napi_sys::napi_env,
            exports: napi_sys::napi_value,
        ) -> napi_sys::napi_value {
            // SAFETY: that is who calls.
            unsafe { $crate::env::register(env, exports, &[$($functions),*]) }
        }
    };
}

pub(crate) use module;
