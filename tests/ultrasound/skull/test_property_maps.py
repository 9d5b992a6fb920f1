"""Each published map gives what its source's formula gives, in its range, and says where it stands."""

import numpy as np
import pytest

from assuage.errors import UsageError
from assuage.ultrasound.skull import absorbed_fractions, caveat_words, property_map, property_maps

HU_MAX = 1900.0
MHZ = 1e6


def at(name, hu, frequency_hz=MHZ, hu_max=HU_MAX):
    """Speed m/s, density kg/m3, attenuation Np/m at one value."""
    found = property_map(name).properties(np.array([hu], np.float32), frequency_hz, hu_max)
    return tuple(float(q[0]) for q in (found.sound_speed_m_s, found.density_kg_m3, found.attenuation_np_m))


def test_there_are_maps_by_six_groups_and_one_of_webbs_for_each_scanner_voltage_and_kernel():
    names = set(property_maps())
    assert {
        "aubry-2003",
        "marsac-2017",
        "marsac-2017-fixed",
        "mcdannold-2019",
        "kplan",
        "connor-2002",
    } <= names
    assert sum(name.startswith("webb-") for name in names) == 14


@pytest.mark.parametrize(
    ("name", "hu", "speed", "density", "attenuation"),
    [
        # solid bone and water at the two ends of porosity; 0.2 and 8 dB/cm at 1 MHz
        ("aubry-2003", HU_MAX, 3100, 2200, 2.3026),
        ("aubry-2003", 0, 1500, 1000, 92.102),
        ("aubry-2003", HU_MAX / 2, 2300, 1600, 2.3026 + 89.7994 * 0.5**0.5),
        ("marsac-2017", HU_MAX / 2, 2250, 1850, None),
        ("marsac-2017-fixed", 300, 1500, 1000, None),
        ("marsac-2017-fixed", 2000, 3360, 2100, None),
        ("kplan", 1000, 1.33 * 1530 + 167, 1530, 153.12),  # 13.3 dB/cm
        ("connor-2002", 950, (2479 + 2585.4) / 2, 1950, None),
        ("webb-ge-120-bone", 1000, 2070, None, 2600 * np.exp(-1.6)),
        ("webb-siemens-140-standard", 1000, 2430, None, 1100 * np.exp(-1.2)),
    ],
)
def test_values_worked_out_by_hand(name, hu, speed, density, attenuation):
    found = at(name, hu)
    for value, wanted in zip(found, (speed, density, attenuation), strict=True):
        assert wanted is None or value == pytest.approx(wanted, rel=1e-4)


@pytest.mark.parametrize(
    ("density", "speed", "attenuation"),
    [(1500, 2157.9, 259.8), (1850, 2648.8, 169.9), (2000, 2860.3, 166.0), (2500, 3471.5, 191.2)],
)
def test_mcdannolds_polynomials_at_the_frequency_of_their_fit(density, speed, attenuation):
    hu = (density - 1013.66593) / 1.01237293
    found = at("mcdannold-2019", hu, 660e3)
    assert found == pytest.approx((speed, density, attenuation), rel=3e-4)


@pytest.mark.parametrize("name", property_maps())
def test_denser_bone_is_heavier_and_faster(name):
    one = property_map(name)
    hu = np.linspace(*one.hu_range, 200).astype(np.float32)
    found = one.properties(hu, 650e3, HU_MAX)
    assert (np.diff(found.density_kg_m3) >= 0).all()
    assert (np.diff(found.sound_speed_m_s) > -5).all()  # Connor's table dips by 4.5 m/s
    assert 1400 < found.sound_speed_m_s.min() < found.sound_speed_m_s.max() < 4400
    assert (found.attenuation_np_m > 0).all()


@pytest.mark.parametrize("name", property_maps())
def test_attenuation_grows_with_frequency_by_the_maps_own_law(name):
    exponent = property_map(name).attenuation_np_m.frequency_exponent
    low, high = (at(name, 1000.0, f)[2] for f in (325e3, 650e3))
    assert high / low == pytest.approx(2**exponent, rel=1e-5)
    assert at(name, 1000.0, 325e3)[:2] == at(name, 1000.0, 650e3)[:2]


@pytest.mark.parametrize("name", property_maps())
def test_beyond_its_range_a_map_stays_at_its_end(name):
    low, high = property_map(name).hu_range
    assert at(name, low - 500) == at(name, low)
    assert at(name, high + 500) == at(name, high)
    assert property_map(name).share_outside_range(np.array([low - 1, low, high, high + 1])) == 0.5


@pytest.mark.parametrize("name", property_maps())
def test_every_number_has_a_source_and_none_claims_to_be_reviewed(name):
    one = property_map(name)
    for quantity in (one.density_kg_m3, one.sound_speed_m_s, one.attenuation_np_m):
        assert quantity.provenance.source
        assert not quantity.provenance.verified
        assert quantity.provenance.reviewed_by is None


def test_the_two_readings_of_marsac_are_both_kept_and_both_say_so():
    assert at("marsac-2017", 1200)[1] > at("marsac-2017-fixed", 1200)[1] + 100
    for name in ("marsac-2017", "marsac-2017-fixed"):
        assert "two_readings_of_marsac" in property_map(name).caveats


def test_a_frequency_the_map_was_not_measured_at_is_a_caveat():
    one = property_map("mcdannold-2019")
    assert "frequency_outside_range" not in one.caveats_at(660e3)
    assert "frequency_outside_range" in one.caveats_at(220e3)


def test_every_caveat_has_words_and_no_words_are_left_over():
    used = {code for one in property_maps().values() for code in one.caveats} | {"frequency_outside_range"}
    assert used == set(caveat_words())


def test_an_image_without_solid_bone_is_refused():
    with pytest.raises(UsageError, match="check that the image is a CT in Hounsfield units"):
        at("marsac-2017-fixed", 500, hu_max=250.0)


def test_an_unknown_map_is_refused_with_the_names_there_are():
    with pytest.raises(UsageError, match=r"no property map 'aubri'.*aubry-2003.*webb-ge-120-bone"):
        property_map("aubri")


def test_the_absorbed_share_of_attenuation_differs_by_a_factor_of_six():
    shares = [f.cortical for f in absorbed_fractions().values()]
    assert max(shares) / min(shares) > 6
    assert all(0 < f.trabecular <= 1 and 0 < f.cortical <= 1 for f in absorbed_fractions().values())
