//! Escapes: which characters a backslash takes the meaning from, and whether it may.

use super::isa::{BLOCK, Block, Isa, LANES};

/// What the bytes so far leave behind.
#[derive(Default)]
pub(super) struct Escapes {
    /// 1 if the next byte is escaped.
    pending: u64,
    /// The places at the beginning of the next block that must be hexadecimal digits.
    digits: u64,
}

impl Escapes {
    /// Whether a block is concerned even if it has no backslash.
    #[inline(always)]
    pub(super) fn are_pending(&self) -> bool {
        self.pending | self.digits != 0
    }

    /// Takes the escaped quotes out of `quote`. `None` if some escape is none that JSON has.
    #[inline(always)]
    pub(super) fn resolve<I: Isa>(
        &mut self,
        isa: I,
        blocks: &[[u8; BLOCK]; LANES],
        quote: &mut [u64; LANES],
    ) -> Option<()> {
        let mut wrong = 0;
        for (bytes, quote) in blocks.iter().zip(quote) {
            let block = isa.block(bytes);
            let escaped = self.escaped(block.equal(b'\\').mask());
            let mut digits = self.digits;
            self.digits = 0;
            if escaped != 0 {
                *quote &= !escaped;
                let unicode = block.equal(b'u').mask() & escaped;
                let letter = block.equal(b'b') | block.equal(b'f') | block.equal(b'n') | block.equal(b'r');
                let mark = block.equal(b'"') | block.equal(b'\\') | block.equal(b'/');
                wrong |= escaped & !(unicode | (letter | mark | block.equal(b't')).mask());
                // Four digits behind each `u`, some perhaps in the next block.
                let behind = u128::from(unicode) << 1 | u128::from(unicode) << 2;
                let behind = behind | behind << 2;
                digits |= behind as u64;
                self.digits = (behind >> BLOCK) as u64;
            }
            if digits != 0 {
                let digit = block.less(b'0').at_most(9) | block.folded().less(b'a').at_most(5);
                wrong |= digits & !digit.mask();
            }
        }
        (wrong == 0).then_some(())
    }

    /// The characters behind a backslash that is not escaped itself: in a run of backslashes, every second one.
    #[inline(always)]
    fn escaped(&mut self, backslash: u64) -> u64 {
        const EVEN: u64 = 0x5555_5555_5555_5555;
        if backslash == 0 {
            return core::mem::take(&mut self.pending);
        }
        let backslash = backslash & !self.pending;
        let behind = backslash << 1 | self.pending;
        // A run that begins at an odd place is added away; what is left of the others' pattern is inverted there.
        let odd_runs = backslash & !EVEN & !behind;
        let (sum, over) = odd_runs.overflowing_add(backslash);
        self.pending = u64::from(over);
        (EVEN ^ sum << 1) & behind
    }
}
