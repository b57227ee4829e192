"""The threats to a QMS that is kept in git, and the tests that hold each of them off.

The numbers are those of the threat list of the project (TH-01 to TH-45).
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
HOSTILE, GIT, OUTPUT = "test_hostile.py", "test_threats_git.py", "test_threats_output.py"

THREATS: dict[int, tuple[str, ...]] = {
    1: (  # history rewritten after an approval
        "test_verify.py::TestHistory::test_th_01_an_amended_and_forced_history",
    ),
    2: (  # dates of commits set by hand
        "test_verify.py::TestHistory::test_th_02_a_clock_that_was_set_back",
        "test_tampering.py::TestTime::test_before_the_trust_state_it_names",
    ),
    3: (  # a commit dated back into the life of an expired key
        "test_tampering.py::TestTime::test_a_key_that_has_ended",
        "test_tampering.py::TestTime::test_a_role_that_ended_cannot_be_used_by_dating_back",
        "test_tampering.py::test_an_old_laxer_policy_cannot_be_used_by_dating_back",
    ),
    4: (  # author and signer differ
        "test_tampering.py::TestTime::test_a_key_of_somebody_else",
    ),
    5: (  # the key comes with the change that it signs
        "test_tampering.py::TestTrustThatWasReplaced::test_a_key_added_by_the_same_change",
        "test_tampering.py::TestTrustThatWasReplaced::test_a_state_that_its_own_keys_sign",
        "test_tampering.py::TestTrustThatWasReplaced::test_one_of_two_signatures_is_not_enough",
        "test_tampering.py::TestTrustThatWasReplaced::test_a_whole_repository_replaced_is_told_by_the_anchor_alone",
    ),
    6: (  # an old trust file restored
        "test_tampering.py::TestTrustThatWasReplaced::test_an_old_trust_file_restored",
        "test_tampering.py::TestTrustThatWasReplaced::test_the_newest_state_removed",
    ),
    7: (  # a leaver's key revoked back to the beginning
        "test_tampering.py::TestTime::test_what_a_leaver_signed_stays_valid",
        "test_tampering.py::TestTime::test_a_key_in_wrong_hands",
        "test_verify.py::TestKeys::test_rotation_keeps_what_was_signed",
    ),
    8: (
        "test_rules.py::test_what_is_found",
        "test_one_mistake.py::test_one_mistake_is_one_finding",
    ),  # a state typed into a file
    9: (  # edited after approval
        "test_tampering.py::test_one_byte",
        "test_tampering.py::test_an_edit_in_the_working_tree_leaves_the_approved_text_in_force",
    ),
    10: (  # an act copied to another document, revision or project
        "test_tampering.py::TestAnActCopiedElsewhere::test_to_another_document",
        "test_tampering.py::TestAnActCopiedElsewhere::test_to_another_revision",
        "test_tampering.py::TestAnActCopiedElsewhere::test_to_another_project_with_the_same_people_and_keys",
        "test_tampering.py::TestAnActCopiedElsewhere::test_under_another_name",
    ),
    11: (  # a signature of another namespace, cut off, of other bytes, of another person
        "test_sshsig.py::TestRefused::test_th_11_another_purpose",
        "test_sshsig.py::TestRefused::test_th_11_another_text",
        "test_sshsig.py::TestRefused::test_th_11_cut_off_anywhere",
        "test_sshsig.py::TestRefused::test_any_bit_that_is_changed",
        "test_verify.py::test_ssh_keygen_agrees",
    ),
    12: (  # a security key that nobody touched
        "test_sshsig.py::test_th_12_touch_and_pin_are_told",
        "test_sshsig.py::test_the_flags_are_signed_too",
        "test_tampering.py::TestTime::test_a_security_key_is_not_claimed_in_vain",
    ),
    13: (  # replaced objects, grafts
        "test_verify.py::TestHistory::test_th_13_replaced_objects_are_named",
        f"{GIT}::TestRewrittenHistory::test_th_13_a_replaced_blob_does_not_count",
        f"{GIT}::TestRewrittenHistory::test_th_13_a_file_of_grafts_does_not_count",
        f"{GIT}::TestRewrittenHistory::test_a_false_commit_graph_does_not_count",
        f"{GIT}::TestCraftedCommits::test_a_message_can_not_tell_of_another_commit",
        f"{GIT}::TestCraftedCommits::test_a_line_of_a_document_is_no_head_of_a_patch",
        "test_git.py::test_replaced_objects_and_mail_maps_do_not_count",
    ),
    14: ("test_git.py::test_replaced_objects_and_mail_maps_do_not_count",),  # mail maps
    15: (  # a history that was cut off
        "test_verify.py::TestHistory::test_th_15_a_shallow_clone_could_not_check",
        f"{GIT}::TestRewrittenHistory::test_th_15_a_shallow_clone_tells_no_history",
        "test_git.py::test_a_shallow_clone_is_told",
    ),
    16: (  # programs in the settings of the repository
        f"{GIT}::TestProgramsOfTheRepository::test_th_16_what_is_missing_is_not_fetched",
        f"{GIT}::TestProgramsOfTheRepository::test_th_16_a_repository_inside_runs_nothing_and_is_never_clean",
        f"{GIT}::TestProgramsOfTheRepository::test_settings_that_name_another_folder_are_refused",
        "test_git.py::test_programs_named_in_the_configuration_do_not_run",
        "test_process.py::test_programs_get_a_clean_environment",
    ),
    17: (f"{GIT}::TestProgramsOfTheRepository::test_th_17_a_program_of_the_settings_verifies_nothing",),
    18: (  # attributes that change what is checked out
        f"{GIT}::TestAttributes::test_th_18_line_ends_of_a_checkout_change_no_hash",
        f"{GIT}::TestAttributes::test_th_18_a_keyword_that_git_fills_in_is_a_change",
        f"{GIT}::TestAttributes::test_th_18_a_filter_that_shows_other_text_is_a_change",
    ),
    19: (  # names that look like options
        f"{GIT}::TestNames::test_th_19_refs_and_files_named_like_options_are_names",
        f"{GIT}::TestNames::test_only_a_full_id_names_a_commit",
        f"{GIT}::TestNames::test_only_an_exact_path_names_a_file",
        f"{OUTPUT}::TestNames::test_th_34_the_name_of_an_attachment_leads_nowhere",
    ),
    20: (  # names that another system cannot hold
        f"{OUTPUT}::TestNames::test_th_20_names_that_differ_only_in_case",
        f"{OUTPUT}::TestNames::test_th_20_names_that_windows_cannot_hold",
        f"{HOSTILE}::TestFiles::test_names_that_differ_only_in_case",
        f"{HOSTILE}::TestFrontMatter::test_th_32_34_ids_are_ascii_and_matched_whole",
        "test_rules.py::test_what_is_found",
    ),
    21: (  # a title that is markup of the template
        f"{OUTPUT}::TestPdf::test_th_21_a_title_is_no_markup_of_the_template",
        "test_pdf_text.py::test_metadata_is_data_and_never_markup",
        "test_new.py::test_any_title_is_kept_as_typed_and_shown_letter_by_letter",
    ),
    22: (  # raw blocks
        f"{OUTPUT}::TestPdf::test_th_22_24_26_markup_of_other_languages_is_shown",
        "test_pdf_text.py::test_markup_of_other_languages_is_text",
    ),
    23: (  # symbolic links, repositories inside
        f"{OUTPUT}::TestSite::test_th_23_what_a_link_points_to_is_on_no_page",
        f"{HOSTILE}::TestFiles::test_symbolic_links_are_never_followed",
        f"{HOSTILE}::TestFiles::test_a_folder_that_is_a_link",
        f"{HOSTILE}::TestFiles::test_what_a_link_points_to_is_not_shown_either",
        "test_release.py::test_an_image_behind_a_symbolic_link_is_not_read",
        f"{GIT}::TestProgramsOfTheRepository::test_th_16_a_repository_inside_runs_nothing_and_is_never_clean",
    ),
    24: (f"{OUTPUT}::TestPdf::test_th_22_24_26_markup_of_other_languages_is_shown",),  # imports of packages
    25: (  # images from elsewhere
        f"{OUTPUT}::TestSite::test_th_25_an_image_from_elsewhere_is_not_asked_for",
        f"{OUTPUT}::TestPdf::test_th_25_an_image_from_elsewhere_is_refused",
        "test_pdf_text.py::test_what_is_refused_is_told_with_its_line",
        "test_site_browser.py::test_no_page_asks_another_host",
    ),
    26: (  # inclusions of other notations
        f"{OUTPUT}::TestSite::test_th_26_inclusions_of_other_notations_are_text",
        f"{OUTPUT}::TestPdf::test_th_22_24_26_markup_of_other_languages_is_shown",
    ),
    27: (  # texts that make converters hang
        f"{OUTPUT}::TestSite::test_th_27_inputs_that_hung_a_converter",
        f"{OUTPUT}::TestPdf::test_th_27_inputs_that_hung_a_converter",
        f"{HOSTILE}::TestBody::test_structures_that_make_parsers_slow",
        "test_pdf_text.py::test_hostile_nesting_ends_soon",
        "test_process.py::test_a_program_that_hangs_is_killed_with_its_children",
        "test_process.py::test_a_worker_that_hangs_is_killed_and_works_again",
    ),
    28: (  # YAML bombs
        f"{HOSTILE}::TestFrontMatter::test_th_28_a_bomb_of_aliases",
        f"{OUTPUT}::TestOtherYaml::test_types_and_frameworks_of_a_company",
        f"{OUTPUT}::TestOtherYaml::test_the_look_of_the_site",
    ),
    29: (f"{HOSTILE}::TestFrontMatter::test_th_29_a_key_twice",),
    30: (  # nesting without end
        f"{HOSTILE}::TestFrontMatter::test_th_30_nested_without_end",
        f"{OUTPUT}::TestOtherYaml::test_types_and_frameworks_of_a_company",
        f"{OUTPUT}::TestOtherYaml::test_the_look_of_the_site",
        f"{OUTPUT}::TestOtherYaml::test_nested_toml",
    ),
    31: (f"{HOSTILE}::TestFrontMatter::test_th_31_scalars_keep_their_meaning_or_are_refused",),
    32: (f"{HOSTILE}::TestFrontMatter::test_th_32_34_ids_are_ascii_and_matched_whole",),
    33: (  # letters that look alike, or that nobody sees
        f"{OUTPUT}::TestNames::test_th_33_a_name_that_looks_the_same",
        f"{HOSTILE}::TestFrontMatter::test_th_33_letters_that_look_alike_are_shown",
        f"{HOSTILE}::TestFiles::test_names_that_are_no_text",
        "test_new.py::test_titles_that_nobody_can_read_are_refused",
        "test_rules.py::test_what_is_found",
    ),
    34: (  # ids and names that are paths
        f"{HOSTILE}::TestFrontMatter::test_th_32_34_ids_are_ascii_and_matched_whole",
        f"{HOSTILE}::TestBody::test_targets_of_links",
        f"{OUTPUT}::TestNames::test_th_34_the_name_of_an_attachment_leads_nowhere",
        f"{OUTPUT}::TestNames::test_th_34_the_name_of_a_release_leads_nowhere",
        f"{OUTPUT}::TestNames::test_th_34_an_id_leads_nowhere",
        "test_new.py::test_any_title_is_kept_as_typed_and_shown_letter_by_letter",
        "test_new.py::test_folder",
    ),
    35: (  # scripts in the site
        f"{OUTPUT}::TestSite::test_th_35_nothing_runs_in_a_browser",
        "test_site.py::test_hostile_text_is_shown_as_text",
        "test_site.py::test_the_gate",
        "test_site_browser.py::test_a_script_in_a_document_does_not_run",
        "test_site_browser.py::test_the_policy_stops_what_would_get_through",
    ),
    36: (  # a page without its footer
        f"{OUTPUT}::TestPdf::test_th_36_37_every_page_shows_what_it_is",
        "test_pdf.py::test_header_and_footer_stand_on_every_page",
    ),
    37: (  # a footer that is painted over
        f"{OUTPUT}::TestPdf::test_th_36_37_every_page_shows_what_it_is",
        f"{OUTPUT}::TestPdf::test_th_37_a_white_box_over_the_footer_would_be_seen",
        "test_pdf.py::test_nothing_covers_the_footer",
    ),
    38: (  # a signed PDF that was changed
        "test_pades.py::test_a_box_laid_over_the_page_afterwards_is_caught_although_intact_and_valid",
        "test_pades.py::test_a_pdf_that_was_saved_anew_is_caught",
        "test_pades.py::test_a_certificate_under_another_root_is_not_trusted",
        "test_pades.py::test_a_certificate_that_has_ended_is_refused_unless_a_time_stamp_was_earlier",
    ),
    39: (  # a visible field added after a certifying signature
        "test_pades.py::test_fields_are_made_before_the_first_signature",
    ),
    40: (  # settings of the site that are programs
        "test_site.py::test_a_hostile_mkdocs_yml_runs_nothing",
        f"{OUTPUT}::TestOtherYaml::test_the_look_of_the_site",
    ),
    41: (  # forms that are programs
        f"{OUTPUT}::TestForms::test_th_41_a_form_is_no_program",
        "test_new.py::test_a_form_reaches_nothing_but_the_values",
    ),
    42: (),
    43: (  # a record forged with the key of a robot
        "test_tampering.py::TestTime::test_a_machine_states_nothing",
    ),
    44: (  # a time stamp of other data, or of an expired authority
        "test_timestamp.py::test_a_token_for_other_bytes_another_root_or_another_use_is_refused",
        "test_timestamp.py::test_a_token_still_holds_after_the_certificate_of_the_service_has_ended",
    ),
    45: (  # a released PDF replaced on the web server
        "test_release_verify.py::test_every_changed_byte_names_its_file",
        "test_release_verify.py::test_a_pdf_swapped_with_its_hashes_is_not_covered_by_the_signature",
    ),
}

NOT_APPLICABLE = {42: "nothing here reads DOCX, so no archive of a stranger is unpacked"}

_numbers = re.compile(r"test_th((?:_[0-9]{2})+)_").match


@cache
def named_tests(file: str) -> frozenset[str]:
    """The test functions of a file, as `Class::test` or `test`."""
    found = set()
    for node in ast.parse((HERE / file).read_text(encoding="utf-8")).body:
        inner = node.body if isinstance(node, ast.ClassDef) else [node]
        prefix = f"{node.name}::" if isinstance(node, ast.ClassDef) else ""
        found |= {f"{prefix}{each.name}" for each in inner if isinstance(each, ast.FunctionDef)}
    return frozenset(name for name in found if name.rpartition("::")[2].startswith("test_"))


def test_every_threat_is_held_off_by_a_test() -> None:
    assert list(THREATS) == list(range(1, 46))
    assert {number for number, tests in THREATS.items() if not tests} == NOT_APPLICABLE.keys()


@pytest.mark.parametrize("number", [number for number, tests in THREATS.items() if tests])
def test_every_test_that_is_named_is_there(number: int) -> None:
    for test in THREATS[number]:
        file, _, name = test.partition("::")
        assert name in named_tests(file), test


def test_every_test_of_a_threat_is_named() -> None:
    for path in sorted(HERE.glob("test_*.py")):
        for name in named_tests(path.name):
            match = _numbers(name.rpartition("::")[2])
            for number in match[1].split("_")[1:] if match else ():
                assert f"{path.name}::{name}" in THREATS[int(number)], f"TH-{number}: {path.name}::{name}"


def test_nothing_reads_docx() -> None:
    """TH-42 holds only as long as this does."""
    source = HERE.parent / "src" / "qmsdoc"
    words = r"^\s*(?:import|from) docx\b|mammoth|docx2|from[= ]docx\b|unpack_archive|\.extract(?:all)?\("
    readers = re.compile(words, re.MULTILINE)
    assert [path.name for path in source.rglob("*.py") if readers.search(path.read_text(encoding="utf-8"))] == []
