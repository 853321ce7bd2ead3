//! Films made in code: a few squares of plain colour that any H.264 decoder shows, with sound that is none, and
//! everything around them that a phone writes and that must not leave it. Nothing here but the standard library.

/// How a film is put together.
#[derive(Clone, Debug)]
pub struct Film {
    /// QuickTime in place of MP4.
    pub quicktime: bool,
    /// `moov` in front of the samples.
    pub moov_first: bool,
    /// Places of chunks in 64 bits.
    pub wide: bool,
    /// A quarter turn clockwise by the track's matrix.
    pub turned: bool,
    /// Frames, a second each has [`FRAMES_A_SECOND`].
    pub frames: u32,
    /// Bytes that make each frame larger and show nothing.
    pub filler: usize,
    /// A track of sound.
    pub sound: bool,
    /// The four letters of the pictures' codec.
    pub codec: [u8; 4],
    /// Where and when it was taken, names of makers, tracks of measurements, rubbish: all that has to go.
    pub secrets: bool,
    /// Seconds since 1904 at which it says it was made.
    pub made: u32,
    /// Where it says it was taken, as ISO 6709.
    pub place: Option<&'static str>,
}

/// Frames of a second of [`Film`].
pub const FRAMES_A_SECOND: u32 = 10;
/// Pixels of a side of the stored picture: width, height.
pub const SIDES: (u16, u16) = (64, 48);
/// Is in every part of a film that has to go.
pub const SECRET: &[u8] = b"secret of the maker";
/// Ticks of the movie and of the pictures in a second.
const TICKS: u32 = 600;
/// Ticks of the sound in a second, 1,024 to a sample.
const SOUND_TICKS: u32 = 48_000;
/// Frames of a chunk.
const CHUNK: usize = 5;

impl Default for Film {
    fn default() -> Self {
        Self {
            quicktime: false,
            moov_first: false,
            wide: false,
            turned: false,
            frames: 12,
            filler: 0,
            sound: true,
            codec: *b"avc1",
            secrets: true,
            made: 3_850_000_000,
            place: Some("+14.3497+108.0006+520.000/"),
        }
    }
}

/// A box.
#[must_use]
pub fn boxed(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let length = u32::try_from(body.len() + 8).unwrap_or(u32::MAX);
    [&length.to_be_bytes()[..], kind, &body].concat()
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// Samples of one track in chunks, and where the chunks are once they are laid out.
struct Laid {
    samples: Vec<Vec<u8>>,
    places: Vec<u64>,
}

impl Film {
    /// The pictures' samples, as a decoder is to get them.
    #[must_use]
    pub fn pictures(&self) -> Vec<Vec<u8>> {
        (0..self.frames).map(|number| [frame(number), filler(self.filler)].concat()).collect()
    }

    /// The sound's samples.
    #[must_use]
    pub fn sounds(&self) -> Vec<Vec<u8>> {
        let count = if self.sound { self.frames * SOUND_TICKS / FRAMES_A_SECOND / 1_024 } else { 0 };
        (0..count).map(|n| vec![0x21, u8::try_from(n % 251).unwrap_or(0), 0x5a]).collect()
    }

    /// The file.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let file_type = if self.quicktime {
            boxed(b"ftyp", &[b"qt  ", &[0; 4], b"qt  "])
        } else {
            boxed(b"ftyp", &[b"mp42", &[0; 4], b"mp42isom"])
        };
        let mut tracks = [self.pictures(), self.sounds()].map(|samples| Laid { samples, places: Vec::new() });
        let measured: Vec<u8> = SECRET.repeat(3);
        // Chunks in turns, as a camera writes them, with the measurements between.
        let lay = |from: u64, tracks: &mut [Laid; 2]| {
            let mut data = Vec::new();
            tracks.iter_mut().for_each(|track| track.places.clear());
            let rounds = tracks.iter().map(|track| track.samples.len().div_ceil(CHUNK)).max().unwrap_or(0);
            for round in 0..rounds {
                for track in tracks.iter_mut() {
                    let chunk: Vec<u8> = track.samples.iter().skip(round * CHUNK).take(CHUNK).flatten().copied().collect();
                    if !chunk.is_empty() {
                        track.places.push(from + data.len() as u64);
                        data.extend(chunk);
                    }
                }
                if self.secrets {
                    data.extend(&measured);
                }
            }
            data
        };
        let rubbish = if self.secrets { boxed(b"free", &[SECRET]) } else { Vec::new() };
        let behind = if self.secrets { boxed(b"uuid", &[&[7; 16], SECRET]) } else { Vec::new() };
        lay(0, &mut tracks);
        let before = file_type.len() + rubbish.len() + if self.moov_first { self.moov(&tracks).len() } else { 0 };
        let data = lay(before as u64 + 8, &mut tracks);
        let (moov, data) = (self.moov(&tracks), boxed(b"mdat", &[&data]));
        let (first, last) = if self.moov_first { (&moov, &data) } else { (&data, &moov) };
        [&file_type, &rubbish, first, last, &behind].map(Vec::as_slice).concat()
    }

    fn moov(&self, [pictures, sounds]: &[Laid; 2]) -> Vec<u8> {
        let shown = self.frames * TICKS / FRAMES_A_SECOND;
        let unity = words(&[0x0001_0000, 0, 0, 0, 0x0001_0000, 0, 0, 0, 0x4000_0000]);
        let mvhd = boxed(
            b"mvhd",
            &[&words(&[0, self.made, self.made, TICKS, shown, 0x0001_0000, 0x0100_0000, 0, 0]), &unity, &[0; 24], &words(&[4])],
        );
        let turn = words(&[0, 0x0001_0000, 0, 0xffff_0000, 0, 0, u32::from(SIDES.1) << 16, 0, 0x4000_0000]);
        let sides = words(&[u32::from(SIDES.0) << 16, u32::from(SIDES.1) << 16]);
        let mut traks = self.trak(1, if self.turned { &turn } else { &unity }, &sides, pictures);
        if self.sound {
            traks.extend(self.trak(2, &unity, &[0; 8], sounds));
        }
        if self.secrets {
            traks.extend(self.measurements());
        }
        let mut moov = [mvhd, traks].concat();
        if let Some(place) = self.place {
            moov.extend(if self.quicktime { apple(place) } else { android(place) });
        }
        if self.secrets {
            moov.extend(boxed(b"meta", &[&[0; 4], SECRET]).iter().take(if self.quicktime { 0 } else { usize::MAX }));
            moov.extend(boxed(b"uuid", &[&[9; 16], SECRET]));
        }
        boxed(b"moov", &[&moov])
    }

    fn trak(&self, id: u32, matrix: &[u8], sides: &[u8], laid: &Laid) -> Vec<u8> {
        let shown = self.frames * TICKS / FRAMES_A_SECOND;
        let tkhd = [&words(&[3, self.made, self.made, id, 0, shown, 0, 0, 0, 0]), matrix, sides].concat();
        let (ticks, each) = if id == 1 { (TICKS, TICKS / FRAMES_A_SECOND) } else { (SOUND_TICKS, 1_024) };
        let count = u32::try_from(laid.samples.len()).unwrap_or(0);
        let name: &[u8] = if self.secrets { SECRET } else { b"" };
        let mdhd = boxed(b"mdhd", &[&words(&[0, self.made, self.made, ticks, count * each]), &[0x15, 0xc7, 0, 0]]);
        let (kind, head) = if id == 1 {
            (b"vide", boxed(b"vmhd", &[&words(&[1, 0, 0])]))
        } else {
            (b"soun", boxed(b"smhd", &[&words(&[0, 0])]))
        };
        let hdlr = boxed(b"hdlr", &[&words(&[0, 0]), kind, &[0; 12], name, &[0]]);
        let here = boxed(b"url ", &[&words(&[1])]);
        let dinf = boxed(b"dinf", &[&boxed(b"dref", &[&words(&[0, 1]), &here])]);
        let entry = if id == 1 { self.picture_entry(name) } else { sound_entry(name) };
        let sizes: Vec<u32> = laid.samples.iter().map(|sample| u32::try_from(sample.len()).unwrap_or(0)).collect();
        let (whole, rest) = (laid.samples.len() / CHUNK, laid.samples.len() % CHUNK);
        let number = |n: usize| u32::try_from(n).unwrap_or(0);
        let runs = match (whole, rest) {
            (0, rest) => words(&[0, 1, 1, number(rest), 1]),
            (_, 0) => words(&[0, 1, 1, number(CHUNK), 1]),
            (whole, rest) => words(&[0, 2, 1, number(CHUNK), 1, number(whole + 1), number(rest), 1]),
        };
        let chunks = number(laid.places.len());
        let places = if self.wide {
            let places: Vec<u8> = laid.places.iter().flat_map(|at| at.to_be_bytes()).collect();
            boxed(b"co64", &[&words(&[0, chunks]), &places])
        } else {
            let places: Vec<u32> = laid.places.iter().map(|at| u32::try_from(*at).unwrap_or(0)).collect();
            boxed(b"stco", &[&words(&[0, chunks]), &words(&places)])
        };
        let stbl = [
            boxed(b"stsd", &[&words(&[0, 1]), &entry]),
            boxed(b"stts", &[&words(&[0, 1, count, each])]),
            boxed(b"stsz", &[&words(&[0, 0, count]), &words(&sizes)]),
            boxed(b"stsc", &[&runs]),
            places,
            if self.secrets { boxed(b"sgpd", &[&words(&[0]), b"mine", SECRET]) } else { Vec::new() },
        ];
        let minf = [head, dinf, boxed(b"stbl", &[&stbl.concat()])].concat();
        let edts = boxed(b"edts", &[&boxed(b"elst", &[&words(&[0, 1, shown, 0, 0x0001_0000])])]);
        let udta = if self.secrets { boxed(b"udta", &[&boxed(b"name", &[SECRET])]) } else { Vec::new() };
        let mdia = boxed(b"mdia", &[&mdhd, &hdlr, &boxed(b"minf", &[&minf])]);
        boxed(b"trak", &[&boxed(b"tkhd", &[&tkhd]), &edts, &mdia, &udta])
    }

    fn picture_entry(&self, name: &[u8]) -> Vec<u8> {
        let (sps, pps) = (sequence_parameters(), picture_parameters());
        let [_, profile, compatible, level, ..] = sps.as_slice() else { return Vec::new() };
        let unit = |unit: &[u8]| [&u16::try_from(unit.len()).unwrap_or(0).to_be_bytes()[..], unit].concat();
        let config = [&[1, *profile, *compatible, *level, 0xff, 0xe1][..], &unit(&sps), &[1], &unit(&pps)].concat();
        let mut encoder = [0; 32];
        for (to, from) in encoder.iter_mut().skip(1).zip(name) {
            *to = *from;
        }
        let sides = [SIDES.0.to_be_bytes(), SIDES.1.to_be_bytes()].concat();
        let maker: &[u8] = if self.secrets { b"made" } else { &[0; 4] };
        let fixed = [&[0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0][..], maker, &[0; 8], &sides, &words(&[0x0048_0000, 0x0048_0000, 0])];
        let extra = if self.secrets { boxed(b"made", &[SECRET]) } else { Vec::new() };
        let avcc = boxed(b"avcC", &[&config]);
        boxed(&self.codec, &[&fixed.concat(), &[0, 1], &encoder, &[0, 24, 0xff, 0xff], &avcc, &extra])
    }

    /// A track of measurements, as phones add them: its samples are between the others'.
    fn measurements(&self) -> Vec<u8> {
        let tkhd = [words(&[0, self.made, self.made, 3, 0, 1, 0, 0, 0, 0]), vec![0; 44]].concat();
        let hdlr = boxed(b"hdlr", &[&words(&[0, 0]), b"meta", &[0; 12], SECRET, &[0]]);
        let mdhd = boxed(b"mdhd", &[&words(&[0, self.made, self.made, 1_000, 1]), &[0; 4]]);
        boxed(b"trak", &[&boxed(b"tkhd", &[&tkhd]), &boxed(b"mdia", &[&mdhd, &hdlr, &boxed(b"minf", &[SECRET])])])
    }
}

fn sound_entry(name: &[u8]) -> Vec<u8> {
    let fixed =
        [&[0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 16, 0, 0, 0, 0][..], &(SOUND_TICKS << 16).to_be_bytes()];
    // An elementary stream of AAC-LC, 48 kHz, two channels (ISO/IEC 14496-1, 7.2.6; 14496-3, 1.6.2.1).
    let decoder = [&[4, 17, 0x40, 0x15, 0, 0, 0][..], &[0, 1, 0xf4, 0, 0, 1, 0xf4, 0], &[5, 2, 0x11, 0x90]].concat();
    let esds = boxed(b"esds", &[&[0; 4], &[3, 25, 0, 0, 0], &decoder, &[6, 1, 2]]);
    boxed(b"mp4a", &[&fixed.concat(), &esds, &boxed(b"made", &[name])])
}

/// As Android says where: `©xyz`.
fn android(place: &str) -> Vec<u8> {
    let length = u16::try_from(place.len()).unwrap_or(0).to_be_bytes();
    boxed(b"udta", &[&boxed(b"\xa9xyz", &[&length, &[0x15, 0xc7], place.as_bytes()])])
}

/// As iPhones say where: names and values.
fn apple(place: &str) -> Vec<u8> {
    let key = |name: &str| boxed(b"mdta", &[name.as_bytes()]);
    let keys = [words(&[0, 2]), key("com.apple.quicktime.creationdate"), key("com.apple.quicktime.location.ISO6709")].concat();
    let value = |number: u32, text: &str| boxed(&number.to_be_bytes(), &[&boxed(b"data", &[&words(&[1, 0]), text.as_bytes()])]);
    let values = [value(1, "2025-12-24T10:30:00+0700"), value(2, place)].concat();
    let hdlr = boxed(b"hdlr", &[&words(&[0, 0]), b"mdta", &[0; 13]]);
    boxed(b"meta", &[&hdlr, &boxed(b"keys", &[&keys]), &boxed(b"ilst", &[&values])])
}

/// Bits of a NAL unit (ITU-T H.264, 7.3 and 9.1).
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    filled: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) -> &mut Self {
        for bit in (0..count).rev() {
            if self.filled.is_multiple_of(8) {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= u8::try_from(value >> bit & 1).unwrap_or(0) << (7 - self.filled % 8);
            }
            self.filled += 1;
        }
        self
    }

    /// Exp-Golomb code of an unsigned number.
    fn ue(&mut self, value: u32) -> &mut Self {
        let length = (value + 1).ilog2();
        self.put(0, length).put(value + 1, length + 1)
    }

    fn align(&mut self) -> &mut Self {
        while !self.filled.is_multiple_of(8) {
            self.put(0, 1);
        }
        self
    }

    /// With the stop bit, and with the bytes that keep start codes out.
    fn unit(&mut self, head: u8) -> Vec<u8> {
        self.put(1, 1).align();
        let (mut out, mut zeros) = (vec![head], 0);
        for byte in &self.bytes {
            if zeros == 2 && *byte <= 3 {
                out.push(3);
                zeros = 0;
            }
            out.push(*byte);
            zeros = if *byte == 0 { zeros + 1 } else { 0 };
        }
        out
    }
}

fn sequence_parameters() -> Vec<u8> {
    let mut bits = Bits::default();
    // Constrained baseline, level 1; numbers of frames in 4 bits; output in the order of decoding; one reference.
    bits.put(66, 8).put(0xc0, 8).put(10, 8).ue(0).ue(0).ue(2).ue(1).put(0, 1);
    bits.ue(u32::from(SIDES.0) / 16 - 1).ue(u32::from(SIDES.1) / 16 - 1).put(1, 1).put(0, 1).put(0, 1).put(0, 1);
    bits.unit(0x67)
}

fn picture_parameters() -> Vec<u8> {
    let mut bits = Bits::default();
    bits.ue(0).ue(0).put(0, 2).ue(0).ue(0).ue(0).put(0, 3).ue(0).ue(0).ue(0).put(0, 3);
    bits.unit(0x68)
}

/// A unit of filler data (7.3.2.7) with its length in front; none without any.
fn filler(bytes: usize) -> Vec<u8> {
    if bytes == 0 {
        return Vec::new();
    }
    let length = u32::try_from(bytes + 2).unwrap_or(0).to_be_bytes();
    [&length[..], &[0x0c], &vec![0xff; bytes], &[0x80]].concat()
}

/// A key frame of plain squares, each sample as it is (`I_PCM`), as a unit with its length in front.
fn frame(number: u32) -> Vec<u8> {
    let mut bits = Bits::default();
    // The slice begins with the first square, is of intra squares alone, and refreshes everything.
    bits.ue(0).ue(7).ue(0).put(0, 4).ue(number % 2).put(0, 2).ue(0);
    let squares = u32::from(SIDES.0 / 16) * u32::from(SIDES.1 / 16);
    for square in 0..squares {
        bits.ue(25).align();
        let colour = |from: u32| (number * 7 + square * 13 + from) % 200 + 20;
        for (samples, value) in [(256, colour(0)), (64, colour(60)), (64, colour(120))] {
            for _ in 0..samples {
                bits.put(value, 8);
            }
        }
    }
    let unit = bits.unit(0x65);
    [&u32::try_from(unit.len()).unwrap_or(0).to_be_bytes()[..], &unit].concat()
}
