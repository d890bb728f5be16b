//! What others made and we carry: pinned by digest, with its licence beside it.

use sha2::{Digest, Sha256};
use std::path::Path;

#[test]
fn vendored_files_are_the_published_ones() {
    for (file, digest) in [
        (
            "echarts/echarts.common.min.js",
            "61f13280aba3161f77fc801bf5f9c786f55f10432153a0683fc5cc0700b013d5",
        ),
        (
            "fonts/Inter-Regular.otf",
            "51c708cc739c1f89e9d8aea35207beeb5508e6bada988c103ed7b5060984c45e",
        ),
        (
            "fonts/Inter-SemiBold.otf",
            "37bc3867b2dc224460d667dd46b10dd01a0f890293973e1ef05a254968bfac5e",
        ),
        (
            "fonts/Inter-Regular-latin.woff2",
            "93cc08605f620e1fcf04689593835e064bae8626a60654f0c9e6d8af77861398",
        ),
        (
            "fonts/Inter-SemiBold-latin.woff2",
            "54294083f3b09b1cada6bf34170efdb034d268ad7cbe67d00c3301652dcdb767",
        ),
    ] {
        assert_eq!(sha256(&read(file)), digest, "{file}");
    }
}

#[test]
fn licences_stand_beside_what_they_cover() {
    for (file, words) in [
        ("echarts/LICENSE", "Apache License"),
        ("echarts/NOTICE", "Apache ECharts"),
        ("echarts/LICENSE-d3", "Mike Bostock"),
        ("fonts/OFL.txt", "SIL Open Font License"),
    ] {
        assert!(String::from_utf8(read(file)).unwrap().contains(words), "{file}");
    }
}

#[test]
fn a_script_cannot_end_its_element() {
    for file in ["echarts/echarts.common.min.js", "page/charts.js", "page/report.js"] {
        let text = String::from_utf8(read(file)).unwrap().to_lowercase();
        assert!(!text.contains("</script") && !text.contains("<!--"), "{file}");
    }
}

fn read(file: &str) -> Vec<u8> {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/assets");
    std::fs::read(assets.join(file)).unwrap()
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    let bytes: Vec<_> = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.concat()
}
