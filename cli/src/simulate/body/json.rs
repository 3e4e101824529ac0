//! JSON as the service writes it: compact, in its own order of members, characters beyond ASCII as they are.

/// A JSON text in the making. Commas are put where they belong.
#[derive(Debug, Default)]
pub struct Json(String);

impl Json {
    /// Writes an object whose members `fill` adds.
    pub fn object(&mut self, fill: impl FnOnce(&mut Json)) {
        self.between('{', '}', fill);
    }

    /// Writes an array whose items `fill` adds.
    pub fn array(&mut self, fill: impl FnOnce(&mut Json)) {
        self.between('[', ']', fill);
    }

    /// Adds a member that is an object.
    pub fn member(&mut self, name: &str, fill: impl FnOnce(&mut Json)) {
        self.name(name);
        self.object(fill);
    }

    /// Adds a member that is an array.
    pub fn list(&mut self, name: &str, fill: impl FnOnce(&mut Json)) {
        self.name(name);
        self.array(fill);
    }

    /// Adds a member that is a string.
    pub fn text(&mut self, name: &str, text: &str) {
        self.name(name);
        self.string(text);
    }

    /// Adds a member that is a whole number.
    pub fn count(&mut self, name: &str, count: usize) {
        self.name(name);
        self.0.push_str(&count.to_string());
    }

    /// Adds a member that is a truth value.
    pub fn flag(&mut self, name: &str, flag: bool) {
        self.name(name);
        self.0.push_str(if flag { "true" } else { "false" });
    }

    /// Adds a member with the shortest digits of a 32-bit float: times and confidences.
    pub fn single(&mut self, name: &str, number: f64) {
        self.name(name);
        self.0.push_str(&format!("{:?}", number as f32));
    }

    /// Adds a member with the digits of a 64-bit float: durations and scores.
    pub fn double(&mut self, name: &str, number: f64) {
        self.name(name);
        self.0.push_str(&format!("{number:?}"));
    }

    /// Adds a string to an array.
    pub fn string(&mut self, text: &str) {
        self.comma();
        self.0.push('"');
        for char in text.chars() {
            match char {
                '"' => self.0.push_str("\\\""),
                '\\' => self.0.push_str("\\\\"),
                '\n' => self.0.push_str("\\n"),
                char if char < ' ' => self.0.push_str(&format!("\\u{:04x}", u32::from(char))),
                char => self.0.push(char),
            }
        }
        self.0.push('"');
    }

    /// Adds a whole number to an array.
    pub fn item(&mut self, count: usize) {
        self.comma();
        self.0.push_str(&count.to_string());
    }

    /// The text.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }

    fn between(&mut self, open: char, close: char, fill: impl FnOnce(&mut Json)) {
        self.comma();
        self.0.push(open);
        fill(self);
        self.0.push(close);
    }

    fn name(&mut self, name: &str) {
        self.string(name);
        self.0.push(':');
    }

    /// A value never ends in one of these characters, for a string ends in its quotation mark.
    fn comma(&mut self) {
        if !matches!(self.0.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.0.push(',');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_separated_wherever_they_stand() {
        let mut json = Json::default();
        json.object(|json| {
            json.text("a[{:", "x:\"\n{");
            json.list("b", |json| {
                json.item(1);
                json.string("[");
                json.object(|_| {});
                json.object(|json| json.flag("c", true));
            });
            json.single("d", 7.254_999_6);
            json.double("e", 25.933313);
            json.single("f", 0.0);
        });
        let text = String::from_utf8(json.into_bytes()).unwrap();
        assert_eq!(text, r#"{"a[{:":"x:\"\n{","b":[1,"[",{},{"c":true}],"d":7.2549996,"e":25.933313,"f":0.0}"#);
    }
}
