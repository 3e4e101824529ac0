//! How a typed view is declared, and the list of views.
//!
//! A view is an object with names for its members; nothing is read until asked for. `view!` turns the table of a
//! view's members into its getters, so that each file of this room reads like the description of the format.

use core::fmt;
use core::iter::FusedIterator;
use core::marker::PhantomData;

use crate::json::{Array, Elements, Object};

/// A typed view of a JSON object.
pub trait View<'a>: Copy {
    /// The view of this object.
    fn of(object: Object<'a>) -> Self;

    /// The object behind the view: members that have no getter are found here.
    fn object(&self) -> Object<'a>;
}

/// The objects of a JSON array, as typed views.
///
/// A list that is absent, null or no array has no items; [`is_present`](List::is_present) tells it from an empty one.
/// Items that are no objects are passed over.
pub struct List<'a, T> {
    array: Option<Array<'a>>,
    item: PhantomData<fn() -> T>,
}

impl<'a, T: View<'a>> List<'a, T> {
    /// The list over this array.
    #[must_use]
    pub const fn of(array: Option<Array<'a>>) -> List<'a, T> {
        List { array, item: PhantomData }
    }

    /// Whether the document has this list, be it empty.
    #[must_use]
    pub const fn is_present(&self) -> bool {
        self.array.is_some()
    }

    /// The array behind the list.
    #[must_use]
    pub const fn array(&self) -> Option<Array<'a>> {
        self.array
    }

    /// The first item.
    #[must_use]
    pub fn first(&self) -> Option<T> {
        self.iter().next()
    }

    /// Whether there is no item.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.first().is_none()
    }

    /// How many items there are; it walks the list.
    #[must_use]
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// The items in order.
    #[must_use]
    pub fn iter(&self) -> Items<'a, T> {
        Items { elements: self.array.map(|array| array.iter()), item: PhantomData }
    }
}

impl<T> Clone for List<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for List<'_, T> {}

impl<'a, T: View<'a> + fmt::Debug> fmt::Debug for List<'a, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'a, T: View<'a>> IntoIterator for List<'a, T> {
    type Item = T;
    type IntoIter = Items<'a, T>;

    fn into_iter(self) -> Items<'a, T> {
        self.iter()
    }
}

/// The items of a [`List`].
#[derive(Clone)]
pub struct Items<'a, T> {
    elements: Option<Elements<'a>>,
    item: PhantomData<fn() -> T>,
}

impl<'a, T: View<'a>> Iterator for Items<'a, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.elements.as_mut()?.find_map(|value| value.as_object()).map(T::of)
    }
}

impl<'a, T: View<'a>> FusedIterator for Items<'a, T> {}

/// Declares views: a struct for each, and a getter for each row.
///
/// A row is `getter: type "member"`. `str`, `f64`, `i64`, `u64`, `bool`, `object` and `array` are the values of
/// those JSON types; `seconds(getter_millis)` adds a second getter for the same number in whole milliseconds;
/// `view T` is another view, `list T` a list of them. Absent and null are the same; a value of another type counts
/// as absent.
macro_rules! view {
    ($($(#[$doc:meta])* $name:ident { $($(#[$row_doc:meta])* $getter:ident: $type:ident $(($millis:ident))? $($target:ident)? $member:literal;)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub struct $name<'a>($crate::json::Object<'a>);

            impl<'a> $crate::payload::View<'a> for $name<'a> {
                fn of(object: $crate::json::Object<'a>) -> Self {
                    $name(object)
                }

                fn object(&self) -> $crate::json::Object<'a> {
                    self.0
                }
            }

            impl<'a> $name<'a> {
                $($crate::payload::view::getter! { $(#[$row_doc])* $getter: $type $(($millis))? $($target)? $member })*
            }

            #[cfg(feature = "serde")]
            impl serde::Serialize for $name<'_> {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    self.0.serialize(serializer)
                }
            }
        )*
    };
}

macro_rules! getter {
    ($(#[$doc:meta])* $getter:ident: str $member:literal) => {
        $(#[$doc])*
        #[must_use]
        pub fn $getter(&self) -> Option<$crate::json::Str<'a>> { self.0.str($member) }
    };
    ($(#[$doc:meta])* $getter:ident: f64 $member:literal) => {
        $(#[$doc])*
        #[must_use]
        pub fn $getter(&self) -> Option<f64> { self.0.f64($member) }
    };
    ($(#[$doc:meta])* $getter:ident: seconds ($millis:ident) $member:literal) => {
        $(#[$doc])*
        #[must_use]
        pub fn $getter(&self) -> Option<f64> { self.0.f64($member) }

        #[doc = concat!("The same as [`", stringify!($getter), "`](Self::", stringify!($getter), "), in whole milliseconds and without floating point.")]
        #[must_use]
        pub fn $millis(&self) -> Option<i64> { self.0.millis($member) }
    };
    ($(#[$doc:meta])* $getter:ident: i64 $member:literal) => {
        $(#[$doc])*
        #[must_use]
        pub fn $getter(&self) -> Option<i64> { self.0.i64($member) }
    };
    ($(#[$doc:meta])* $getter:ident: u64 $member:literal) => {
        $(#[$doc])*
        #[must_use]
        pub fn $getter(&self) -> Option<u64> { self.0.u64($member) }
    };
    ($(#[$doc:meta])* $getter:ident: bool $member:literal) => {
        $(#[$doc])*
        #[must_use]
        pub fn $getter(&self) -> Option<bool> { self.0.bool($member) }
    };
    ($(#[$doc:meta])* $getter:ident: object $member:literal) => {
        $(#[$doc])*
        #[must_use]
        pub fn $getter(&self) -> Option<$crate::json::Object<'a>> { self.0.object($member) }
    };
    ($(#[$doc:meta])* $getter:ident: array $member:literal) => {
        $(#[$doc])*
        #[must_use]
        pub fn $getter(&self) -> Option<$crate::json::Array<'a>> { self.0.array($member) }
    };
    ($(#[$doc:meta])* $getter:ident: view $target:ident $member:literal) => {
        $(#[$doc])*
        #[must_use]
        pub fn $getter(&self) -> Option<$target<'a>> { self.0.object($member).map($crate::payload::View::of) }
    };
    ($(#[$doc:meta])* $getter:ident: list $target:ident $member:literal) => {
        $(#[$doc])*
        #[must_use]
        pub fn $getter(&self) -> $crate::payload::List<'a, $target<'a>> { $crate::payload::List::of(self.0.array($member)) }
    };
    ($(#[$doc:meta])* $getter:ident: words $member:literal) => {
        $(#[$doc])*
        #[must_use]
        pub fn $getter(&self) -> $crate::payload::Words<'a> { $crate::payload::Words::of(self.0.array($member)) }
    };
    ($(#[$doc:meta])* $getter:ident: strings $member:literal) => {
        $(#[$doc])*
        #[must_use]
        pub fn $getter(&self) -> $crate::payload::Strings<'a> { $crate::payload::Strings::of(self.0.array($member)) }
    };
    ($(#[$doc:meta])* $getter:ident: pairs $member:literal) => {
        $(#[$doc])*
        #[must_use]
        pub fn $getter(&self) -> $crate::payload::Pairs<'a> { $crate::payload::Pairs::of(self.0.object($member)) }
    };
}

pub(crate) use {getter, view};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Document;
    use crate::payload::Channel;

    #[test]
    fn a_list_has_its_objects_and_passes_over_what_is_none() {
        for (text, count) in
            [("null", 0), ("[]", 0), ("[1, []]", 0), ("[{}]", 1), (r#"[1, {"search":[]}, {}, null, {}]"#, 3)]
        {
            let document = Document::parse(text.as_bytes()).unwrap();
            let list: List<'_, Channel<'_>> = List::of(document.root().as_array());
            assert_eq!((list.len(), list.is_empty(), list.is_present()), (count, count == 0, text != "null"), "{text}");
            let first = list.first().map(|channel| channel.object().value().raw());
            assert_eq!(first, list.iter().next().map(|channel| channel.object().value().raw()), "{text}");
            assert_eq!(std::format!("{list:?}").matches("Channel").count(), count, "{text}");
        }
    }
}
