from tests.cast import Cast


def test_signed_in_person_enters(cast: Cast) -> None:
    with cast.anna.inside() as anna:
        assert anna.user_name == "anna"
