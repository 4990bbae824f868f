"""Which tokens of an answer write a pose or a box."""

from outrider_training.written import boxes_written, poses_written


def test_each_token_of_a_plan_is_told_the_pose_that_it_goes_on_to_write() -> None:
    answer = '{"poses":[[5.20,0.02,-0.01],[10.41,0.10,0.00]],"reason":"Free [road]."}'
    # As characters: the first bracket is another token's end.
    begins = list(range(len(answer)))
    told = poses_written(answer, begins)
    first, second = (5.2, 0.02, -0.01), (10.41, 0.1, 0.0)
    assert [answer[place] for place, pose in told if pose == first] == list("5.20,0.02,-0.01]")
    assert [answer[place] for place, pose in told if pose == second] == list("10.41,0.10,0.00]")
    assert len(told) == sum(pose in (first, second) for _, pose in told)


def test_a_box_is_told_where_it_is_written_and_is_no_pose() -> None:
    answer = '{"objects":[{"bbox_2d":[1,2,30,40]},{"bbox_2d":[112,9,130,20]}]}'
    begins = list(range(len(answer)))
    told = boxes_written(answer, begins)
    assert "".join(answer[place] for place, box in told if box == (1, 2, 30, 40)) == "1,2,30,40]"
    assert "".join(answer[place] for place, box in told if box == (112, 9, 130, 20)) == "112,9,130,20]"
    assert poses_written(answer, begins) == []


def test_no_other_answer_writes_either() -> None:
    for answer in ('[{"points": [[12, 30]], "label": "mug"}]', '["pick up the mug"]', '"yes"'):
        begins = list(range(len(answer)))
        assert poses_written(answer, begins) == boxes_written(answer, begins) == []
